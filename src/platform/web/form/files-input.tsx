import { Button, FileButton, Stack, Text } from '@mantine/core';
import { useState } from 'react';

type Props = {
  label: string;
  hint: string;
  choose: string;
  /** What is chosen, in words; empty when nothing is. */
  chosen: string;
  error?: string | undefined;
  accept?: string;
  onChange: (files: File[]) => void;
};

/** Files by drop or by a button, in one labelled place. */
export const FilesInput = ({ label, hint, choose, chosen, error, accept, onChange }: Props) => {
  const [over, setOver] = useState(false);
  return (
    <div
      className="vg-drop"
      role="group"
      aria-label={label}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onChange([...event.dataTransfer.files]);
      }}
    >
      <Stack align="center" gap={6}>
        <Text size="xs" c="dimmed" ta="center">
          {hint}
        </Text>
        <FileButton multiple {...(accept ? { accept } : {})} onChange={onChange} inputProps={{ 'aria-label': choose }}>
          {(props) => (
            <Button variant="default" {...props}>
              {choose}
            </Button>
          )}
        </FileButton>
        <Text size="sm" aria-live="polite" className="vg-ellipsis" maw="100%">
          {chosen}
        </Text>
        {error ? (
          <Text size="sm" c="var(--bad)" role="alert">
            {error}
          </Text>
        ) : null}
      </Stack>
    </div>
  );
};
