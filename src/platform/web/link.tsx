import { Button } from '@mantine/core';
import type { ButtonProps } from '@mantine/core';
import { Link as RouterLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';

type Props = {
  to: string;
  search?: Record<string, string | string[]>;
  children: ReactNode;
  className?: string;
  quiet?: boolean;
  'aria-label'?: string;
};

/** A link to another view. Addresses are plain paths, so that a domain can point at the screens of one above it. */
export const Link = ({ to, search, children, className = 'vg-link', quiet = false, ...rest }: Props) => (
  <RouterLink to={to} search={search ?? {}} className={className} {...(quiet ? { 'data-quiet': true } : {})} {...rest}>
    {children}
  </RouterLink>
);

type LinkButtonProps = {
  to: string;
  search?: Record<string, string | string[]>;
  children: ReactNode;
  icon?: ReactNode;
} & Pick<ButtonProps, 'variant' | 'size' | 'color'>;

/** A link that looks like a button: for going somewhere to do something. */
export const LinkButton = ({ to, search, children, icon, ...look }: LinkButtonProps) => (
  <Button renderRoot={(props) => <RouterLink to={to} search={search ?? {}} {...props} />} leftSection={icon} {...look}>
    {children}
  </Button>
);
