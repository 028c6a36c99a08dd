import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Kbd,
  Menu,
  SegmentedControl,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconLogout, IconMoon, IconSearch, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link as RouterLink, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, Suspense } from 'react';
import { Bell, messages as peopleMessages, signOut, useMay, useMe } from '#people/web';
import { Loading, useLanguage, useWords } from '#platform/web';
import type { Language } from '#platform/web';
import { messages } from './messages.ts';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { useKeys } from './use-keys.ts';

/** The frame of every screen: navigation, palette, language, display, account. */
export const Shell = () => {
  const words = useWords(messages);
  const may = useMay();
  const [menuOpen, menu] = useDisclosure(false);
  const [paletteOpen, palette] = useDisclosure(false);
  const { pathname } = useLocation();
  useHotkeys([['mod+K', palette.open]], []);
  useKeys(may);
  const { close } = menu;
  useEffect(() => close(), [pathname, close]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#content">
        {words.skip}
      </a>
      <AppShell.Header style={{ background: 'var(--surface)' }}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={menuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={words.openMenu}
              aria-expanded={menuOpen}
            />
            <RouterLink
              to="/"
              aria-label="Vigie"
              style={{ display: 'flex', alignItems: 'center', gap: 8, textDecoration: 'none', color: 'inherit' }}
            >
              <Mark />
              <Text fw={700} size="lg" visibleFrom="xs">
                Vigie
              </Text>
            </RouterLink>
          </Group>
          <UnstyledButton
            onClick={palette.open}
            aria-keyshortcuts="Control+K"
            style={{
              border: '1px solid var(--line)',
              borderRadius: 8,
              padding: '5px 10px',
              flex: '0 1 340px',
              minWidth: 0,
            }}
          >
            <Group gap={8} wrap="nowrap">
              <IconSearch size={15} aria-hidden />
              <Text size="sm" c="dimmed" flex={1} truncate>
                {words.palette}
              </Text>
              <Kbd size="xs" visibleFrom="sm">
                Ctrl K
              </Kbd>
            </Group>
          </UnstyledButton>
          <Group gap={4} wrap="nowrap">
            <Bell />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" style={{ background: 'var(--surface)', overflowY: 'auto' }} aria-label={words.navigation}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <Suspense fallback={<Loading height={320} />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Palette opened={paletteOpen} close={palette.close} />
    </AppShell>
  );
};

const Account = () => {
  const words = useWords(messages);
  const people = useWords(peopleMessages);
  const queries = useQueryClient();
  const { data: who } = useMe();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const leave = async () => {
    try {
      await signOut();
      await queries.resetQueries();
    } catch {
      notifications.show({ color: 'red', message: words.signOutFailed });
    }
  };
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={scheme === 'dark' ? words.lightMode : words.darkMode}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        {scheme === 'dark' ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.account}>
            <IconUserCircle size={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--ink)">
              {who?.user.name}
            </Text>
            {who ? `${who.organisation.name} · ${people[who.role]}` : null}
          </Menu.Label>
          <div style={{ padding: '4px 12px 8px' }}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label={words.language}
              value={language}
              onChange={(value) => choose(value as Language)}
              data={[
                { value: 'fr', label: 'Français' },
                { value: 'en', label: 'English' },
              ]}
            />
          </div>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
            {people.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
};

const Mark = () => (
  <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden>
    <rect width="32" height="32" rx="8" fill="#0c6478" />
    <path d="M7 9l9 15 9-15" fill="none" stroke="#fff" strokeWidth="3.4" strokeLinecap="round" strokeLinejoin="round" />
    <circle cx="16" cy="10" r="2.6" fill="#f0b455" />
  </svg>
);
