import { createTheme, Badge, Button, Drawer, Modal, Paper, Tooltip } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

/** Petrol: the product's own colour. Shade 7 on white and shade 4 on the dark ground both pass 4.5:1 (WCAG 1.4.3). */
const petrol: MantineColorsTuple = [
  '#eaf6f8',
  '#d3eaee',
  '#a5d4dd',
  '#72bccb',
  '#4aa8bb',
  '#2f95aa',
  '#1c8096',
  '#0c6478',
  '#07505f',
  '#033b48',
];

/** The greys of the dark display lean to the product's blue, as its own surfaces do. */
const dark: MantineColorsTuple = [
  '#e6ecf0',
  '#c3ced6',
  '#a3b1bb',
  '#7d8d98',
  '#4b5a66',
  '#2b3540',
  '#1d252e',
  '#171d24',
  '#11161b',
  '#0c1014',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol, dark },
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Liberation Mono", monospace',
  defaultRadius: 'md',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'md' } }),
    // The page has one banner, its own: a dialog's header is none.
    ModalHeader: Modal.Header.extend({ defaultProps: { role: 'presentation' } }),
    DrawerHeader: Drawer.Header.extend({ defaultProps: { role: 'presentation' } }),
    // A state is never cut short: the table scrolls instead.
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 600 },
      styles: { root: { overflow: 'visible', flexShrink: 0 }, label: { overflow: 'visible' } },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        multiline: true,
        maw: 320,
        openDelay: 200,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});
