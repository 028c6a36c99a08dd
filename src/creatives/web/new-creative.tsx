import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '#platform/web';
import { ContentForm, type ContentKind } from './content-form.tsx';
import { messages } from './messages.ts';
import { UploadForm } from './upload-form.tsx';

/** Files, or a creative that has none: a tag, texts, the address of a VAST. */
export const NewCreative = (props: { advertiser: string | null; onDone: () => void }) => {
  const words = useWords(messages);
  const [what, setWhat] = useState<'files' | ContentKind>('files');
  const kinds = ['files', 'native', 'text', 'tag', 'vast'] as const;
  const labels = { files: words.files, native: words.native, text: words.text, tag: words.tag, vast: 'VAST' };
  return (
    <Stack>
      <SegmentedControl
        aria-label={words.what}
        data={kinds.map((value) => ({ value, label: labels[value] }))}
        value={what}
        onChange={(value) => setWhat(kinds.find((kind) => kind === value) ?? 'files')}
        fullWidth
      />
      {what === 'files' ? <UploadForm {...props} /> : <ContentForm key={what} kind={what} {...props} />}
    </Stack>
  );
};
