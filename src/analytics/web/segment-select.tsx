import { Select } from '@mantine/core';
import { listSegments } from '#analytics/contract';
import { useList, useWords } from '#platform/web';
import { explorerMessages } from './explorer-messages.ts';
import type { View } from './use-view.ts';

/** Narrows every figure of a screen to the visitors of a segment; nothing where the site has none. */
export const SegmentSelect = ({ view }: { view: View }) => {
  const words = useWords(explorerMessages);
  const list = useList(
    listSegments,
    { limit: 200, ...(view.site ? { site_id: view.site.id } : {}) },
    { enabled: Boolean(view.site) },
  );
  if (!view.segment && !list.rows?.length) return null;
  return (
    <Select
      aria-label={words.segment}
      w={170}
      clearable
      searchable
      placeholder={words.everybody}
      data={(list.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={view.segment ?? null}
      onChange={(id) => view.set({ segment: id ?? undefined }, { push: true })}
    />
  );
};
