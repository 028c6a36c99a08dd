import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { Placement, Site } from '#inventory/contract';
import { inventoryMessages } from '#inventory/web';
import { Loading, Panel, platformMessages, useEdge, useWords } from '#platform/web';
import {
  adServers,
  adServerSnippet,
  frameSnippet,
  imageSnippet,
  placementSnippet,
  prebidCreative,
  prebidSnippet,
  scriptSnippet,
  vastAddress,
} from '#tag/web';
import { TagCheckForm } from '#creatives/web';
import { messages } from './messages.ts';

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
  const place = placement && { edgeOrigin: edge, site: site.domain, code: placement.code, sizes: placement.formats };
  const hasSize = placement?.formats.some((format) => /^\d+x\d+$/.test(format)) ?? false;
  const servers = Object.keys(adServers).filter((key): key is keyof typeof adServers => key in adServers);
  const others = place
    ? [
        { label: words.tagFrame, code: frameSnippet(place) },
        ...(hasSize ? [{ label: words.tagImage, code: imageSnippet(place) }] : []),
        ...(placement?.formats.includes('video') ? [{ label: words.tagVast, code: vastAddress(place) }] : []),
        ...servers.map((server) => ({
          label: words.tagAdServer(adServers[server].name),
          code: adServerSnippet(place, server),
        })),
        ...(hasSize
          ? [
              { label: words.tagPrebid, code: prebidSnippet(place) },
              { label: words.tagPrebidCreative, code: prebidCreative },
            ]
          : []),
      ]
    : [];
  return (
    <Panel title={inventory.tag}>
      <Stack gap="sm">
        {parts.map(({ label, code }) => (
          <Snippet key={label} label={label} code={code} />
        ))}
        {others.length > 0 ? (
          <details>
            <summary>{words.tagOthers}</summary>
            <Stack gap="sm" mt="sm">
              {others.map(({ label, code }) => (
                <Snippet key={label} label={label} code={code} />
              ))}
            </Stack>
          </details>
        ) : null}
        <TagCheckForm domain={site.domain} />
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
