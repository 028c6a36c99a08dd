import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type QueryInput, type QueryReply, queryStream } from '#analytics/contract';
import { callStream, type ProblemError } from '#platform/web';

export type AskedProgress = { read_rows: number; total_rows: number; elapsed_ms: number };

type Options = { enabled?: boolean; every?: number; keep?: boolean };

/**
 * The answer to a question, and how far it is while it takes time. Leaving the screen, asking something else, or `stop` ends the
 * question in the event store too.
 */
export const useAnswer = (input: QueryInput, { enabled = true, every, keep = false }: Options = {}) => {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<AskedProgress>();
  const queryKey = [`${queryStream.method} ${queryStream.path}`, input];
  const asked = useQuery<QueryReply, ProblemError>({
    queryKey,
    queryFn: async ({ signal }) => {
      let answer: QueryReply | undefined;
      try {
        await callStream(queryStream, input, {
          signal,
          onEvent: (name, data) => {
            if (name === 'progress') setProgress(data as AskedProgress);
            // The server parsed it with the route's own schema.
            else if (name === 'answer') answer = data as QueryReply;
          },
        });
      } finally {
        setProgress(undefined);
      }
      if (!answer) throw new Error('the stream ended without an answer');
      return answer;
    },
    enabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
  return {
    ...asked,
    progress: asked.isFetching ? progress : undefined,
    /** Ended before there was an answer. */
    isStopped: enabled && asked.isPending && asked.fetchStatus === 'idle',
    stop: () => void queries.cancelQueries({ queryKey }),
  };
};

export type Asked = ReturnType<typeof useAnswer>;
