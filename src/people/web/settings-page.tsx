import { Tabs } from '@mantine/core';
import { Page, Panel, useSearch, useWords } from '#platform/web';
import { AuditTable } from './audit-table.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { messages } from './messages.ts';
import { useMay } from './use-me.ts';
import { UsersPanel } from './users-panel.tsx';

export const SettingsPage = () => {
  const words = useWords(messages);
  const may = useMay();
  const { one, set } = useSearch();
  const tab = one('tab') ?? 'users';
  return (
    <Page title={words.settings}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === 'users' ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="users">{words.users}</Tabs.Tab>
          {may('keys.manage') ? <Tabs.Tab value="keys">{words.keys}</Tabs.Tab> : null}
          {may('audit.read') ? <Tabs.Tab value="audit">{words.audit}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="users">
          <UsersPanel />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPanel />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Panel flush>
            <AuditTable />
          </Panel>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
};
