import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useSites } from '#inventory/web';
import { exportData, type ExportFormat } from '#measurement/contract';
import { Panel, useWords } from '#platform/web';
import { historyMessages } from './history-messages.ts';

const formats: { value: ExportFormat; label: string }[] = [
  { value: 'csv', label: 'CSV' },
  { value: 'parquet', label: 'Parquet' },
];

/** What to take, and the link that streams it. */
export const ExportPanel = () => {
  const words = useWords(historyMessages);
  const sites = useSites();
  const [site, setSite] = useState<string | null>(null);
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const asked = new URLSearchParams({
    format,
    ...(site ? { site_id: site } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  });
  return (
    <Panel title={words.take}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.takeNote}
      </Text>
      <Group align="flex-end" gap="sm">
        <Select
          label={words.site}
          placeholder={words.everySite}
          clearable
          searchable
          data={(sites.rows ?? []).map(({ id, domain }) => ({ value: id, label: domain }))}
          value={site}
          onChange={setSite}
        />
        <Select
          label={words.format}
          w={130}
          allowDeselect={false}
          data={formats}
          value={format}
          onChange={(value) => setFormat(value ?? 'csv')}
        />
        <TextInput
          type="date"
          label={words.from}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput type="date" label={words.to} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        <Button component="a" href={`${exportData.path}?${asked}`} leftSection={<IconDownload size={16} aria-hidden />}>
          {words.download}
        </Button>
      </Group>
    </Panel>
  );
};
