import { Button, SimpleGrid, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { createSection, exportPlacements, listPlacements, readSite } from '#inventory/contract';
import type { Placement, Section, Site } from '#inventory/contract';
import { AddButton, useMay } from '#people/web';
import {
  Answer,
  call,
  DataTable,
  Detail,
  EmptyState,
  Form,
  FormDialog,
  Link,
  Page,
  Panel,
  SearchBox,
  useForm,
  useFormat,
  useRoute,
  useSearch,
  useSortedList,
  useWords,
} from '#platform/web';
import type { Column } from '#platform/web';
import { messages } from './messages.ts';
import { PlacementForm } from './placement-form.tsx';
import { Sizes } from './sizes.tsx';
import { SiteForm } from './sites-page.tsx';
import { useSections } from './use-places.ts';

export type SiteSlots = {
  Tag: ComponentType<{ site: Site; placement?: Placement }>;
  LastHit: ComponentType<{ site: Site }>;
  /** Who reads the site, or one of its sections. */
  Audience: ComponentType<{ site: Site; section: Section | undefined }>;
};

export const SitePage = ({ Tag, LastHit, Audience }: SiteSlots) => {
  const words = useWords(messages);
  const may = useMay();
  const { id = '' } = useParams({ strict: false });
  const { one, set } = useSearch();
  const asked = useRoute(readSite, { id });
  return (
    <Answer of={asked}>
      {(site) => (
        <Page
          title={site.name}
          trail={[{ label: words.sites, to: '/sites' }]}
          under={
            <span>
              {site.domain} · {words[site.kind]}
            </span>
          }
          actions={
            may('inventory.write') ? (
              <Button
                variant="default"
                leftSection={<IconPencil size={16} aria-hidden />}
                onClick={() => set({ edit: 'site' })}
              >
                {words.edit}
              </Button>
            ) : null
          }
        >
          <Panel>
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <Detail label={words.timeZone}>{site.time_zone}</Detail>
              <Detail label={words.currency}>{site.currency}</Detail>
              <Detail label={words.mode}>{words[site.mode]}</Detail>
              <Detail label={words.lastHit}>
                <LastHit site={site} />
              </Detail>
            </SimpleGrid>
          </Panel>
          {site.kind === 'own' ? <Tag site={site} /> : null}
          <Placements site={site} />
          <Sections site={site} />
          {site.kind === 'own' ? <Readers site={site} Audience={Audience} /> : null}
          <FormDialog title={words.edit} opened={one('edit') === 'site'} onClose={() => set({ edit: undefined })}>
            <SiteForm site={site} onDone={() => set({ edit: undefined })} />
          </FormDialog>
        </Page>
      )}
    </Answer>
  );
};

/** Of the section that the address names, else of the whole site. */
const Readers = ({ site, Audience }: { site: Site } & Pick<SiteSlots, 'Audience'>) => {
  const { one } = useSearch();
  const section = useSections(site.id).rows?.find(({ id }) => id === one('section'));
  return <Audience site={site} section={section} />;
};

const Placements = ({ site }: { site: Site }) => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const { one, set } = useSearch();
  const q = one('q');
  const list = useSortedList<Placement, typeof listPlacements, typeof exportPlacements>(
    listPlacements,
    exportPlacements,
    { site_id: site.id, ...(q ? { name: q } : {}) },
    { otherwise: 'name' },
  );
  const sections = useSections(site.id);
  const sectionName = (id: string | null) =>
    sections.rows?.find((section) => section.id === id)?.name ?? words.anySection;
  const add = may('inventory.write') ? (
    <AddButton label={words.addPlacement} onClick={() => set({ new: 'placement' })} />
  ) : null;
  const columns: Column<Placement>[] = [
    {
      key: 'name',
      sort: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => <Link to={`/placements/${row.id}`}>{row.name}</Link>,
    },
    { key: 'code', sort: 'code', header: words.code, value: (row) => row.code, cell: (row) => <code>{row.code}</code> },
    { key: 'section', sort: 'section', header: words.section, value: (row) => sectionName(row.section_id), from: 'sm' },
    {
      key: 'formats',
      header: words.sizes,
      value: (row) => row.formats.join(' '),
      cell: (row) => <Sizes formats={row.formats} />,
      from: 'sm',
    },
    {
      key: 'floor',
      sort: 'floor',
      header: words.floor,
      value: (row) => row.floor?.amount,
      cell: (row) => format.money(row.floor),
      align: 'right',
      from: 'md',
    },
  ];
  return (
    <Panel
      title={words.placements}
      flush
      actions={
        <>
          <SearchBox />
          {add}
        </>
      }
    >
      <DataTable
        label={words.placements}
        file={`placements-${site.domain}`}
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        server={list.server}
        more={{ has: list.hasMore, loading: list.isLoadingMore, load: list.more }}
        empty={
          q ? (
            <EmptyState title={words.noMatch} />
          ) : (
            <EmptyState title={words.noPlacements} next={words.noPlacementsNext} action={add} />
          )
        }
      />
      <FormDialog
        title={words.addPlacement}
        opened={one('new') === 'placement'}
        onClose={() => set({ new: undefined })}
      >
        <PlacementForm site={site} onDone={() => set({ new: undefined })} />
      </FormDialog>
    </Panel>
  );
};

const Sections = ({ site }: { site: Site }) => {
  const words = useWords(messages);
  const may = useMay();
  const queries = useQueryClient();
  const { one, set } = useSearch();
  const list = useSections(site.id);
  const form = useForm({ name: '', path: '/' }, { required: ['name', 'path'] });
  const submit = form.submit(async (values) => {
    await call(createSection, { site_id: site.id, ...values });
    await queries.invalidateQueries();
    set({ new: undefined });
  });
  const add = may('inventory.write') ? (
    <AddButton label={words.addSection} onClick={() => set({ new: 'section' })} />
  ) : null;
  const columns: Column<Section>[] = [
    {
      key: 'name',
      header: words.name,
      value: (row) => row.name,
      cell: (row) => (
        <Link to={`/sites/${site.id}`} search={{ section: row.id }}>
          {row.name}
        </Link>
      ),
    },
    { key: 'path', header: words.path, value: (row) => row.path, cell: (row) => <code>{row.path}</code> },
  ];
  return (
    <Panel title={words.sections} flush actions={add}>
      <DataTable
        label={words.sections}
        file={`sections-${site.domain}`}
        rows={list.rows}
        columns={columns}
        rowKey={(row) => row.id}
        sort={{ key: 'name', desc: false }}
        empty={<EmptyState title={words.noSections} next={words.noSectionsNext} action={add} />}
      />
      <FormDialog title={words.addSection} opened={one('new') === 'section'} onClose={() => set({ new: undefined })}>
        <Form onSubmit={submit} problem={form.problem} busy={form.busy} action={words.addSection}>
          <TextInput label={words.name} required data-autofocus {...form.text('name')} />
          <TextInput label={words.path} description={words.pathHint} required {...form.text('path')} />
        </Form>
      </FormDialog>
    </Panel>
  );
};
