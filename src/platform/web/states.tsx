import { Alert, Button, Center, Group, Loader, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from './language.tsx';
import { messages } from './messages.ts';
import { ProblemError } from './problem.ts';

/** The one sentence a person reads for a failure, in the language of the screen where the cause is a general one. */
export const useProblemSentence = () => {
  const words = useWords(messages);
  return (error: unknown): string => {
    if (!(error instanceof ProblemError)) return words.failed;
    if (error.status === 0) return words.unreachable;
    if (error.status === 403) return words.notAllowed;
    if (error.status === 404) return words.notFound;
    if (error.status >= 500) return words.serverFailed;
    return error.message;
  };
};

/** `told`: the server's sentence in the reader's language. */
type Failed = { error: unknown; retry?: (() => void) | undefined; told?: ((sentence: string) => string) | undefined };

export const ErrorState = ({ error, retry, told = String }: Failed) => {
  const words = useWords(messages);
  const sentence = useProblemSentence();
  return (
    <Alert color="red" variant="light" role="alert" title={told(sentence(error))}>
      {retry ? (
        <Button size="compact-sm" variant="default" onClick={retry}>
          {words.retry}
        </Button>
      ) : null}
    </Alert>
  );
};

export const Loading = ({ height = 160 }: { height?: number }) => {
  const words = useWords(messages);
  return (
    <Center h={height} role="status" aria-label={words.loading}>
      <Loader size="sm" type="dots" aria-hidden />
    </Center>
  );
};

export const LoadingRows = ({ rows = 5 }: { rows?: number }) => {
  const words = useWords(messages);
  return (
    <Stack gap={10} p="md" role="status" aria-label={words.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={14} width={`${95 - ((index * 17) % 40)}%`} />
      ))}
    </Stack>
  );
};

/** What is missing, and what to do next. */
export const EmptyState = ({
  title,
  next,
  action,
  icon,
}: {
  title: string;
  next?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) => (
  <Stack align="center" gap="xs" py="xl" px="md" ta="center">
    {icon ? <Text c="dimmed">{icon}</Text> : null}
    <Text fw={600}>{title}</Text>
    {next ? (
      <Text c="dimmed" size="sm" maw={480}>
        {next}
      </Text>
    ) : null}
    {action ? <Group mt="xs">{action}</Group> : null}
  </Stack>
);

type Asked<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** The states of a question: waiting, refused, answered. */
export const Answer = <T,>({
  of,
  waiting,
  told,
  children,
}: {
  of: Asked<T>;
  waiting?: ReactNode;
  told?: Failed['told'];
  children: (data: T) => ReactNode;
}) => {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <ErrorState error={of.error} retry={() => void of.refetch()} told={told} />;
  return waiting ?? <Loading />;
};
