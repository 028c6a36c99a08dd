import './strict-policy.ts';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import { createRoot } from 'react-dom/client';

// What this file imports runs, and styles, before the rest: the application is loaded after it, in pieces of its own.
const { App } = await import('./app.tsx');

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
