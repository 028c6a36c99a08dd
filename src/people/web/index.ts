import { lazyRouteComponent } from '@tanstack/react-router';
import type { Action, Screen } from '#platform/web';
import { AdvertisersPage, PublishersPage } from './party-page.tsx';

export { CapsField } from './caps-field.tsx';
export { AuditTable } from './audit-table.tsx';
export { Bell } from './bell.tsx';
export { commentMessages } from './comment-messages.ts';
export { CommentsPanel } from './comments-panel.tsx';
export { FirstRunPage } from './first-run-page.tsx';
export { messages } from './messages.ts';
export { AdvertiserFilter, AdvertiserPicker, PublisherPicker, useAdvertisers, usePublishers } from './pickers.tsx';
export { AddButton, AdvertiserForm } from './party-page.tsx';
export { messages as contactMessages } from './contact-messages.ts';
export { DueReminders } from './reminders.tsx';
export { signOut } from './session.ts';
export { SignInPage } from './sign-in-page.tsx';
export { useMay, useMe } from './use-me.ts';

export const peopleScreens: Screen[] = [
  { path: '/advertisers', component: AdvertisersPage },
  { path: '/publishers', component: PublishersPage },
  { path: '/contacts', component: lazyRouteComponent(() => import('./contacts-page.tsx'), 'ContactsPage') },
  { path: '/contacts/$id', component: lazyRouteComponent(() => import('./contact-page.tsx'), 'ContactPage') },
  { path: '/settings', component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage') },
];

export const peopleActions: Action[] = [
  {
    name: 'advertiser.create',
    label: { en: 'Add an advertiser', fr: 'Ajouter un annonceur' },
    keywords: 'new nouveau',
    to: '/advertisers',
    search: { new: '1' },
    can: 'advertisers.write',
  },
  {
    name: 'publisher.create',
    label: { en: 'Add a publisher', fr: 'Ajouter un éditeur' },
    keywords: 'new nouveau',
    to: '/publishers',
    search: { new: '1' },
    can: 'publishers.write',
  },
  {
    name: 'contact.create',
    label: { en: 'Add a contact', fr: 'Ajouter un contact' },
    keywords: 'new nouveau person personne',
    to: '/contacts',
    search: { new: '1' },
    can: 'contacts.write',
  },
  {
    name: 'keys',
    label: { en: 'API keys', fr: 'Clés d’API' },
    to: '/settings',
    search: { tab: 'keys' },
    can: 'keys.manage',
  },
  {
    name: 'audit',
    label: { en: 'Audit trail', fr: 'Journal des modifications' },
    keywords: 'history historique',
    to: '/settings',
    search: { tab: 'audit' },
    can: 'audit.read',
  },
];
