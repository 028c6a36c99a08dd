import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../language.tsx';
import { messages } from '../messages.ts';
import { useProblemSentence } from '../states.tsx';

type Props = {
  opened: boolean;
  onClose: () => void;
  question: string;
  action: string;
  /** With `reason`, a sentence is asked for and given to `run`. */
  reason?: { label: string; required: boolean };
  run: (reason: string) => Promise<unknown>;
  /** The server's sentence in the reader's language. */
  told?: (sentence: string) => string;
  colour?: string;
};

/** Asks before doing what cannot be undone, or why something is done; shows the server's refusal in place. */
export const ConfirmDialog = ({ opened, ...props }: Props) => {
  const words = useWords(messages);
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title={props.action}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      {opened ? <Asking {...props} /> : null}
    </Modal>
  );
};

/** What is in the dialog: made afresh each time it opens. */
const Asking = ({ onClose, question, action, reason, run, told = String, colour = 'red' }: Omit<Props, 'opened'>) => {
  const words = useWords(messages);
  const sentence = useProblemSentence();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await run(text.trim());
      onClose();
    } catch (error) {
      setProblem(told(sentence(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack>
      <Text>{question}</Text>
      {reason ? (
        <Textarea
          label={reason.label}
          required={reason.required}
          autosize
          minRows={2}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
      ) : null}
      {problem ? (
        <Alert color="red" variant="light" role="alert">
          {problem}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button
          color={colour}
          loading={busy}
          disabled={reason?.required === true && text.trim() === ''}
          onClick={() => void go()}
        >
          {action}
        </Button>
      </Group>
    </Stack>
  );
};
