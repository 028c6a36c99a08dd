import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { Placement, Site } from '#inventory/contract';
import { inventoryMessages } from '#inventory/web';
import { Loading, Panel, platformMessages, useWords } from '#platform/web';
import { placementSnippet, scriptSnippet } from '#tag/web';
import { messages } from './messages.ts';
import { useEdge } from './use-edge.ts';

/** What a publisher pastes, ready to copy. */
export const TagPanel = ({ site, placement }: { site: Site; placement?: Placement }) => {
  const inventory = useWords(inventoryMessages);
  const words = useWords(messages);
  const edge = useEdge();
  if (!edge) return <Loading height={80} />;
  const parts = [
    { label: words.tagScript, code: scriptSnippet({ edgeOrigin: edge, site: site.domain }) },
    ...(placement
      ? [{ label: words.tagPlacement, code: placementSnippet({ code: placement.code, sizes: placement.formats }) }]
      : [
          {
            label: words.tagAudience,
            code: scriptSnippet({ edgeOrigin: edge, site: site.domain, script: 'vigie.audience.js' }),
          },
        ]),
  ];
  return (
    <Panel title={inventory.tag}>
      <Stack gap="sm">
        {parts.map(({ label, code }) => (
          <Snippet key={label} label={label} code={code} />
        ))}
      </Stack>
    </Panel>
  );
};

const Snippet = ({ label, code }: { label: string; code: string }) => {
  const platform = useWords(platformMessages);
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm">{label}</Text>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy} aria-label={`${platform.copy}: ${label}`}>
              {copied ? platform.copied : platform.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {code}
      </Code>
    </div>
  );
};
