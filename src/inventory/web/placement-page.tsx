import { Button, SimpleGrid } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { readPlacement, readSite } from '#inventory/contract';
import type { Placement } from '#inventory/contract';
import { useMay } from '#people/web';
import { Answer, Detail, FormDialog, Page, Panel, useFormat, useRoute, useSearch, useWords } from '#platform/web';
import { messages } from './messages.ts';
import { PlacementForm } from './placement-form.tsx';
import { Sizes } from './sizes.tsx';
import type { SiteSlots } from './site-page.tsx';
import { useSections } from './use-places.ts';

export const PlacementPage = ({
  Tag,
  Figures,
}: Pick<SiteSlots, 'Tag'> & { Figures: ComponentType<{ placement: Placement }> }) => {
  const words = useWords(messages);
  const { id = '' } = useParams({ strict: false });
  return (
    <Answer of={useRoute(readPlacement, { id })}>
      {(placement) => <Body placement={placement} Tag={Tag} Figures={Figures} words={words} />}
    </Answer>
  );
};

type BodyProps = { placement: Placement; words: ReturnType<typeof useWords<typeof messages.en>> } & Parameters<
  typeof PlacementPage
>[0];

const Body = ({ placement, Tag, Figures, words }: BodyProps) => {
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const sections = useSections(placement.site_id);
  return (
    <Answer of={useRoute(readSite, { id: placement.site_id })}>
      {(site) => (
        <Page
          title={placement.name}
          trail={[
            { label: words.sites, to: '/sites' },
            { label: site.name, to: `/sites/${site.id}` },
          ]}
          under={<code>{placement.code}</code>}
          actions={
            may('inventory.write') ? (
              <Button
                variant="default"
                leftSection={<IconPencil size={16} aria-hidden />}
                onClick={() => set({ edit: '1' })}
              >
                {words.edit}
              </Button>
            ) : null
          }
        >
          <Panel>
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <Detail label={words.sizes}>
                <Sizes formats={placement.formats} />
              </Detail>
              <Detail label={words.section}>
                {sections.rows?.find(({ id }) => id === placement.section_id)?.name ?? words.anySection}
              </Detail>
              <Detail label={words.floor}>{format.money(placement.floor)}</Detail>
            </SimpleGrid>
          </Panel>
          <Figures placement={placement} />
          {site.kind === 'own' ? <Tag site={site} placement={placement} /> : null}
          <FormDialog title={words.edit} opened={one('edit') === '1'} onClose={() => set({ edit: undefined })}>
            <PlacementForm site={site} placement={placement} onDone={() => set({ edit: undefined })} />
          </FormDialog>
        </Page>
      )}
    </Answer>
  );
};
