import type { Icon } from '@tabler/icons-react';
import type { RouteComponent } from '@tanstack/react-router';

/** Something a person can do or go to, known once and offered by the command palette, the help and the shortcuts. */
export type Action = {
  name: string;
  label: { en: string; fr: string };
  /** Further words by which it is found. */
  keywords?: string;
  icon?: Icon;
  /** The right it takes; left out when everyone signed in may. */
  can?: string;
  /** The view it opens. */
  to: string;
  search?: Record<string, string>;
  /** Two keys pressed one after the other, such as `g t`. */
  keys?: string;
};

/** A view: its address (parameters as `$id`) and what draws it, loaded when somebody goes there. */
export type Screen = { path: string; component: RouteComponent };
