import { Select } from '@mantine/core';
import { PeriodPicker, useWords } from '#platform/web';
import { SegmentSelect } from './segment-select.tsx';
import type { View } from './use-view.ts';
import { waysMessages } from './ways-messages.ts';

type Props = { view: View; also?: string[]; period?: boolean; segment?: boolean };

/** Which site, over which days: at the head of the screens about visits that compare no periods. `also`: names of the address that belong to the site. `segment`: the screen can be narrowed to one. */
export const SiteBar = ({ view, also = [], period = true, segment = false }: Props) => {
  const words = useWords(waysMessages);
  return (
    <>
      <Select
        aria-label={words.site}
        w={190}
        data={(view.sites.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={view.site?.id ?? null}
        allowDeselect={false}
        searchable
        onChange={(id) =>
          view.set(
            { site: id ?? undefined, segment: undefined, ...Object.fromEntries(also.map((name) => [name, undefined])) },
            { push: true },
          )
        }
      />
      {segment ? <SegmentSelect view={view} /> : null}
      {period ? <PeriodPicker today={view.today} withComparison={false} /> : null}
    </>
  );
};
