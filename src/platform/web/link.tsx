import { Link as RouterLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';

type Props = { to: string; search?: Record<string, string>; children: ReactNode; className?: string; quiet?: boolean; 'aria-label'?: string };

/** A link to another view. Addresses are plain paths, so that a domain can point at the screens of one above it. */
export const Link = ({ to, search, children, className = 'vg-link', quiet = false, ...rest }: Props) => (
  <RouterLink to={to} search={search ?? {}} className={className} {...(quiet ? { 'data-quiet': true } : {})} {...rest}>
    {children}
  </RouterLink>
);
