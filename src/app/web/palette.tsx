import { Kbd, Modal, ScrollArea, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useMay } from '#people/web';
import { useLanguage, useWords } from '#platform/web';
import { actions } from './actions.ts';
import { findActions } from './find-actions.ts';
import { messages } from './messages.ts';

/** The command palette: type a few letters, choose with the arrows, go with Enter. A combobox with a listbox (WAI-ARIA). */
export const Palette = ({ opened, close }: { opened: boolean; close: () => void }) => {
  const words = useWords(messages);
  return (
    <Modal
      opened={opened}
      onClose={close}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      title={<span className="mantine-visually-hidden">{words.palette}</span>}
      styles={{ header: { display: 'none' } }}
    >
      {opened ? <Chooser close={close} /> : null}
    </Modal>
  );
};

const Chooser = ({ close }: { close: () => void }) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const allowed = actions.filter((action) => !action.can || may(action.can));
  const found = useMemo(() => findActions(allowed, typed, language), [allowed, typed, language]);
  const chosen = found[Math.min(at, found.length - 1)];
  const go = (action = chosen) => {
    if (!action) return;
    close();
    void navigate({ to: action.to, search: action.search ?? {} });
  };
  return (
    <div>
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        px="md"
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={words.palette}
        aria-label={words.palette}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={chosen ? `palette-${chosen.name}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(1, found.length));
          else if (event.key === 'ArrowUp') setAt((at - 1 + found.length) % Math.max(1, found.length));
          else if (event.key === 'Enter') go();
          else return;
          event.preventDefault();
        }}
      />
      <ScrollArea.Autosize mah="50vh" style={{ borderTop: '1px solid var(--line)' }}>
        <div id="palette-list" role="listbox" aria-label={words.palette} style={{ padding: 6 }}>
          {found.map((action) => (
            <div
              key={action.name}
              id={`palette-${action.name}`}
              role="option"
              aria-selected={action === chosen}
              className="vg-nav"
              style={{ cursor: 'pointer', background: action === chosen ? 'var(--accent-wash)' : undefined }}
              onMouseMove={() => setAt(found.indexOf(action))}
              onClick={() => go(action)}
            >
              {action.icon ? <action.icon size={17} stroke={1.7} aria-hidden /> : null}
              <span style={{ flex: 1 }}>{action.label[language]}</span>
              {action.keys ? <Kbd size="xs">{action.keys}</Kbd> : null}
            </div>
          ))}
        </div>
        {found.length === 0 ? (
          <Text c="dimmed" ta="center" py="lg">
            {words.paletteEmpty}
          </Text>
        ) : null}
      </ScrollArea.Autosize>
    </div>
  );
};
