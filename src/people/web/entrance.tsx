import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The frame of the two pages that stand before the door: sign-in and first run. */
export const Entrance = ({ title, lead, children }: { title: string; lead: string; children: ReactNode }) => (
  <Center mih="100vh" p="md" component="main" id="content">
    <Stack w="100%" maw={400} gap="lg">
      <Stack gap={6} align="center" ta="center">
        <svg width="48" height="48" viewBox="0 0 32 32" aria-hidden>
          <rect width="32" height="32" rx="8" fill="#0c6478" />
          <path
            d="M7 9l9 15 9-15"
            fill="none"
            stroke="#fff"
            strokeWidth="3.4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
          <circle cx="16" cy="10" r="2.6" fill="#f0b455" />
        </svg>
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{lead}</Text>
      </Stack>
      <Paper p="lg">{children}</Paper>
    </Stack>
  </Center>
);
