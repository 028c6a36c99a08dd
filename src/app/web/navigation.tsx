import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { Link as RouterLink, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '#people/web';
import { useLanguage, useWords } from '#platform/web';
import type { Action } from '#platform/web';
import { places } from './actions.ts';
import { messages } from './messages.ts';

type GroupName = 'sell' | 'run' | 'measure' | 'inventory' | 'house';

/** What is in the navigation beside *Today*, in the order of the work. One line a place. */
const groups: { name: GroupName; items: Action[] }[] = [
  {
    name: 'sell',
    items: [
      places.occupancy,
      places.simulations,
      places.plans,
      places.proposals,
      places.rfps,
      places.rateCards,
      places.packages,
    ],
  },
  {
    name: 'run',
    items: [places.orders, places.lines, places.creatives, places.creativeRequests, places.traffic, places.reports],
  },
  {
    name: 'measure',
    items: [
      places.audience,
      places.realTime,
      places.explorer,
      places.segments,
      places.goals,
      places.funnels,
      places.flow,
      places.retention,
      places.attribution,
      places.links,
      places.costs,
      places.searchConsole,
      places.history,
    ],
  },
  { name: 'inventory', items: [places.sites, places.formats] },
  { name: 'house', items: [places.advertisers, places.publishers, places.contacts, places.privacy, places.settings] },
];

/** The places of the product in groups that fold; the group of the page one is on is always open. */
export const Navigation = () => {
  const words = useWords(messages);
  const may = useMay();
  const { pathname } = useLocation();
  const { isFolded, toggle } = useFolded();
  return (
    <>
      <Place item={places.today} pathname={pathname} />
      {groups.map(({ name, items }) => {
        const shown = items.filter((item) => !item.can || may(item.can));
        if (shown.length === 0) return null;
        const hasPage = shown.some((item) => isHere(item, pathname));
        const isOpen = hasPage || !isFolded(name);
        return (
          <div key={name} className="vg-nav-group">
            <UnstyledButton
              className="vg-nav-title"
              aria-expanded={isOpen}
              aria-controls={`nav-${name}`}
              onClick={() => toggle(name)}
            >
              {words[name]}
              <IconChevronDown size={14} aria-hidden style={{ transform: isOpen ? undefined : 'rotate(-90deg)' }} />
            </UnstyledButton>
            <div id={`nav-${name}`} hidden={!isOpen}>
              {shown.map((item) => (
                <Place key={item.name} item={item} pathname={pathname} />
              ))}
            </div>
          </div>
        );
      })}
    </>
  );
};

const isHere = ({ to }: Action, pathname: string): boolean =>
  to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);

const Place = ({ item, pathname }: { item: Action; pathname: string }) => {
  const { language } = useLanguage();
  return (
    <RouterLink to={item.to} className="vg-nav" aria-current={isHere(item, pathname) ? 'page' : undefined}>
      {item.icon ? <item.icon size={17} stroke={1.7} aria-hidden /> : null}
      {item.label[language]}
    </RouterLink>
  );
};

const storageKey = 'vigie.folded';
/** What is rarely opened in a day's work starts folded. */
const usual = 'inventory house';

/** Which groups are folded, kept on the device. */
function useFolded() {
  const [folded, setFolded] = useState(() => read().split(' ').filter(Boolean));
  return {
    isFolded: (name: string) => folded.includes(name),
    toggle: (name: string) => {
      const next = folded.includes(name) ? folded.filter((other) => other !== name) : [...folded, name];
      setFolded(next);
      try {
        localStorage.setItem(storageKey, next.join(' '));
      } catch {
        // A browser that keeps nothing: the choice holds until the page is left.
      }
    },
  };
}

function read(): string {
  try {
    return localStorage.getItem(storageKey) ?? usual;
  } catch {
    return usual;
  }
}
