import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../language.tsx';
import { messages } from '../messages.ts';

type Props = {
  onSubmit: (event: { preventDefault: () => void }) => unknown;
  problem: string | undefined;
  busy: boolean;
  action?: string;
  onCancel?: (() => void) | undefined;
  children: ReactNode;
};

/** A form: its fields, the refusal that belongs to no field, one main action. Validation messages are ours, not the browser's. */
export const Form = ({ onSubmit, problem, busy, action, onCancel, children }: Props) => {
  const words = useWords(messages);
  return (
    <form noValidate onSubmit={(event) => void onSubmit(event)}>
      <Stack gap="sm">
        {children}
        {problem ? (
          <Alert color="red" variant="light" role="alert">
            {problem}
          </Alert>
        ) : null}
        <Group justify="flex-end" gap="xs">
          {onCancel ? (
            <Button variant="default" onClick={onCancel}>
              {words.cancel}
            </Button>
          ) : null}
          <Button type="submit" loading={busy}>
            {action ?? words.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

export const FormDialog = ({
  title,
  opened,
  onClose,
  children,
  size = 'md',
}: {
  title: string;
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
  size?: string;
}) => {
  const words = useWords(messages);
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': words.close }}>
      {opened ? children : null}
    </Modal>
  );
};
