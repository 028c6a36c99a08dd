import { Text } from '@mantine/core';
import { listAudit } from '#people/contract';
import type { AuditEntry } from '#people/contract';
import { DataTable, EmptyState, ErrorState, useFormat, useLanguage, useList, useWords } from '#platform/web';
import type { Column } from '#platform/web';
import { changedFields } from './audit-change.ts';
import { actionInWords } from './audit-words.ts';
import { messages } from './messages.ts';

/** Who changed what: of everything, or of one thing (`kind` and `id`). */
export const AuditTable = ({ kind, id }: { kind?: string; id?: string }) => {
  const words = useWords(messages);
  const format = useFormat();
  const { language } = useLanguage();
  const list = useList(listAudit, {
    limit: 50,
    ...(kind ? { subject_kind: kind } : {}),
    ...(id ? { subject_id: id } : {}),
  });
  const columns: Column<AuditEntry>[] = [
    {
      key: 'at',
      header: words.when,
      value: (row) => row.at,
      cell: (row) => <span style={{ whiteSpace: 'nowrap' }}>{format.moment(row.at)}</span>,
    },
    { key: 'who', header: words.who, value: (row) => row.actor.name },
    { key: 'action', header: words.action, value: (row) => actionInWords(row.action, language) },
    ...(id
      ? []
      : [
          {
            key: 'subject',
            header: words.subject,
            value: (row: AuditEntry) => `${row.subject.kind} ${row.subject.id}`,
            from: 'md' as const,
          },
        ]),
    {
      key: 'change',
      header: words.change,
      value: (row) =>
        changedFields(row.before, row.after)
          .map(({ field, before, after }) => `${field}: ${before ?? '–'} → ${after ?? '–'}`)
          .join('; '),
      cell: (row) => <Changes entry={row} />,
      from: 'sm',
    },
  ];
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  return (
    <DataTable
      label={words.audit}
      file="audit"
      rows={list.rows}
      columns={columns}
      rowKey={(row) => row.id}
      empty={<EmptyState title={words.noHistory} />}
      more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
    />
  );
};

const Changes = ({ entry }: { entry: AuditEntry }) => {
  const words = useWords(messages);
  // A thing that has just been made changed every field: its history begins there, the list would only be noise.
  if (!entry.before) return null;
  return changedFields(entry.before, entry.after)
    .slice(0, 6)
    .map(({ field, before, after }) => (
      <Text key={field} size="xs">
        <Text span c="dimmed" size="xs">
          {field}
        </Text>{' '}
        {before ?? words.nobody} → {after ?? words.nobody}
      </Text>
    ));
};
