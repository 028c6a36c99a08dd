import { Anchor, Breadcrumbs, Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { Link } from './link.tsx';

type PageProps = {
  title: string;
  trail?: { label: string; to: string }[];
  under?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
};

/** A screen: its title (also the browser tab's), where it hangs, what can be done on it. */
export const Page = ({ title, trail, under, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Vigie`;
  }, [title]);
  return (
    <Stack gap="md" maw={1440} mx="auto" w="100%">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Stack gap={2} style={{ minWidth: 0 }}>
          {trail?.length ? (
            <Breadcrumbs fz="xs" separator="›" separatorMargin={6}>
              {trail.map((step) => (
                <Link key={step.to} to={step.to}>
                  {step.label}
                </Link>
              ))}
            </Breadcrumbs>
          ) : null}
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {under ? (
            <Text component="div" c="dimmed" size="sm">
              {under}
            </Text>
          ) : null}
        </Stack>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  );
};

type PanelProps = {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  label?: string;
};

/** A box of a screen. `note` says the period and unit of its figures; `flush` lets a table touch the borders. */
export const Panel = ({ title, note, actions, children, flush = false, label }: PanelProps) => (
  <Paper component="section" style={{ overflow: 'hidden', minWidth: 0 }} {...(label ? { 'aria-label': label } : {})}>
    {title || actions ? (
      <Group justify="space-between" px="md" pt="sm" pb={flush ? 'xs' : 0} gap="xs">
        <div>
          <Title order={2}>{title}</Title>
          {note ? (
            <Text c="dimmed" size="xs">
              {note}
            </Text>
          ) : null}
        </div>
        {actions ? <Group gap={6}>{actions}</Group> : null}
      </Group>
    ) : null}
    {flush ? children : <div style={{ padding: 'var(--mantine-spacing-md)' }}>{children}</div>}
  </Paper>
);

/** A word whose definition shows on hover and on focus. */
export const Term = ({ children, definition }: { children: ReactNode; definition: string }) => (
  <Tooltip label={definition}>
    <span className="vg-term" tabIndex={0}>
      {children}
    </span>
  </Tooltip>
);

type FigureProps = {
  label: string;
  definition?: string;
  value: ReactNode;
  unit?: string;
  change?: ReactNode;
  onPick?: () => void;
  picked?: boolean;
};

/** One key figure: what it is, how much, over which period. */
export const Figure = ({ label, definition, value, unit, change, onPick, picked }: FigureProps) => (
  <Paper p="sm" style={picked ? { borderColor: 'var(--accent)', boxShadow: 'inset 0 -2px 0 var(--accent)' } : {}}>
    <div className="vg-tile-label">{definition ? <Term definition={definition}>{label}</Term> : label}</div>
    {onPick ? (
      <Anchor
        component="button"
        type="button"
        underline="never"
        c="inherit"
        onClick={onPick}
        aria-pressed={picked ?? false}
        aria-label={typeof value === 'string' ? `${label}: ${value}` : label}
      >
        <div className="vg-tile-figure">{value}</div>
      </Anchor>
    ) : (
      <div className="vg-tile-figure">{value}</div>
    )}
    <Group gap={6} mih={18}>
      {change}
      {unit ? (
        <Text c="dimmed" size="xs">
          {unit}
        </Text>
      ) : null}
    </Group>
  </Paper>
);

/** A term and its value, as in a contract. */
export const Detail = ({
  label,
  children,
  definition,
}: {
  label: string;
  children: ReactNode;
  definition?: string;
}) => (
  <div>
    <Text size="xs" c="dimmed" component="div">
      {definition ? <Term definition={definition}>{label}</Term> : label}
    </Text>
    <Text component="div" style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  </div>
);
