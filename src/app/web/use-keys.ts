import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { actions } from './actions.ts';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Shortcuts of two keys pressed one after the other (`g o`), never while someone types (WCAG 2.1.4). */
export const useKeys = (may: (right: string) => boolean) => {
  const navigate = useNavigate();
  useEffect(() => {
    let first = '';
    let forget: ReturnType<typeof setTimeout> | undefined;
    const listen = (event: KeyboardEvent) => {
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        document.querySelector('[aria-modal="true"]')
      )
        return;
      const action = actions.find(({ keys }) => keys === `${first} ${event.key}`);
      clearTimeout(forget);
      first = action ? '' : event.key;
      forget = setTimeout(() => (first = ''), 1000);
      if (action && (!action.can || may(action.can))) void navigate({ to: action.to, search: action.search ?? {} });
    };
    document.addEventListener('keydown', listen);
    return () => {
      clearTimeout(forget);
      document.removeEventListener('keydown', listen);
    };
  }, [navigate, may]);
};
