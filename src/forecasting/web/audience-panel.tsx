import { SimpleGrid, Stack, Text } from '@mantine/core';
import { readAudienceProfile } from '#forecasting/contract';
import type { AudienceProfile } from '#forecasting/contract';
import { Answer, Figure, Panel, useFormat, useLanguage, useRoute, useWords } from '#platform/web';
import { messages } from './messages.ts';

type Of = { site_id: string } | { section_id: string } | { placement_id: string };

/** Who reads a site, a section, or the pages of a placement: measured, never guessed. */
export const AudiencePanel = ({ of, title }: { of: Of; title?: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const asked = useRoute(readAudienceProfile, of);
  return (
    <Panel
      title={title ?? words.audience}
      note={
        asked.data
          ? words.audienceNote(format.number(asked.data.counted), format.days(asked.data.from, asked.data.to))
          : undefined
      }
    >
      <Answer of={asked}>{(profile) => <Profile profile={profile} />}</Answer>
    </Panel>
  );
};

const Profile = ({ profile }: { profile: AudienceProfile }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const languageName = new Intl.DisplayNames([language], { type: 'language', fallback: 'code' });
  const phrases: Record<string, unknown> = words;
  const deviceName = (key: string) => String(phrases[`device.${key}`] ?? key);
  const nameOfLanguage = (key: string) => {
    try {
      return languageName.of(key) ?? key;
    } catch {
      return key;
    }
  };
  if (profile.devices.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.audienceFew}
      </Text>
    );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <Figure label={words.viewsPerDay} value={format.number(profile.pageviews_per_day)} />
        <Figure label={words.visitorsPerDay} value={format.number(profile.visitors_per_day)} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <Bars title={words.devices} rows={profile.devices.map(({ key, part }) => ({ name: deviceName(key), part }))} />
        <Bars
          title={words.countries}
          rows={profile.countries.map(({ key, part }) => ({ name: format.country(key), part }))}
        />
        <Bars
          title={words.languages}
          rows={profile.languages.map(({ key, part }) => ({ name: nameOfLanguage(key), part }))}
        />
      </SimpleGrid>
    </Stack>
  );
};

const Bars = ({ title, rows }: { title: string; rows: { name: string; part: number }[] }) => {
  const format = useFormat();
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
      </Text>
      <Stack gap={4} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map(({ name, part }) => (
          <li key={name}>
            <Text size="sm" style={{ display: 'flex', justifyContent: 'space-between', gap: 8 }}>
              <span>{name}</span>
              <span>{format.percent(part * 100, 0)}</span>
            </Text>
            <div aria-hidden style={{ height: 4, borderRadius: 2, background: 'var(--line)' }}>
              <div style={{ height: 4, borderRadius: 2, width: `${part * 100}%`, background: 'var(--accent)' }} />
            </div>
          </li>
        ))}
      </Stack>
    </div>
  );
};
