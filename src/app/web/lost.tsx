import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { EmptyState, Link, Page, useWords } from '#platform/web';
import { messages } from './messages.ts';

export const NotFoundPage = () => {
  const words = useWords(messages);
  return (
    <Page title={words.notFoundTitle}>
      <EmptyState
        icon={<IconCompass size={40} aria-hidden />}
        title={words.notFoundTitle}
        next={words.notFoundNext}
        action={<Link to="/">{words.toToday}</Link>}
      />
    </Page>
  );
};

export const CrashPage = () => {
  const words = useWords(messages);
  return (
    <EmptyState
      title={words.crashed}
      action={<Button onClick={() => window.location.reload()}>{words.reload}</Button>}
    />
  );
};
