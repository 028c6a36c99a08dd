import { Alert, Button, Checkbox, CopyButton, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createCreativeLink, listCreativeLinks, revokeCreativeLink } from '#creatives/contract';
import { AdvertiserPicker } from '#people/web';
import { ErrorState, Panel, useAction, useFormat, useLanguage, useList, useWords } from '#platform/web';
import { messages } from './request-messages.ts';

type Where = { order?: string | undefined; advertiser?: string | undefined };

/** A new private link: to hand creatives in, to approve them, or to follow the deadlines in a calendar. Its address is shown once. */
export const NewLink = ({ order, advertiser }: Where) => {
  const words = useWords(messages);
  const { language } = useLanguage();
  const make = useAction(createCreativeLink);
  const [whose, setWhose] = useState<string | null>(advertiser ?? null);
  const [name, setName] = useState('Studio');
  const [email, setEmail] = useState('');
  const [send, setSend] = useState(false);
  const [upload, setUpload] = useState(true);
  const [approve, setApprove] = useState(false);
  const [days, setDays] = useState<number>(30);
  const [tongue, setTongue] = useState<'en' | 'fr'>(language);
  const scope = order ? { order_id: order } : whose ? { advertiser_id: whose } : {};
  const address = make.data ? `${window.location.origin}${make.data.path}` : undefined;
  const common = { ...scope, name: name.trim() || 'Studio', language: tongue, days };
  return (
    <Stack>
      <Text size="sm">{words.linkNote}</Text>
      {address ? (
        <Alert color="green" variant="light" title={words.linkOnce}>
          <Group wrap="nowrap">
            <TextInput
              aria-label={words.link}
              style={{ flex: 1 }}
              readOnly
              value={address}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton value={address}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? words.copied : words.copy}</Button>}
            </CopyButton>
          </Group>
        </Alert>
      ) : (
        <>
          {order ? null : <AdvertiserPicker label={words.advertiser} value={whose} onChange={setWhose} clearable />}
          <Group grow>
            <TextInput
              label={words.linkName}
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={words.linkMail}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          </Group>
          <Group grow>
            <NumberInput
              label={words.days}
              min={1}
              max={365}
              value={days}
              onChange={(value) => setDays(Number(value) || 30)}
            />
            <Select
              label={words.language}
              data={[
                { value: 'fr', label: 'Français' },
                { value: 'en', label: 'English' },
              ]}
              value={tongue}
              allowDeselect={false}
              onChange={(value) => setTongue(value === 'fr' ? 'fr' : 'en')}
            />
          </Group>
          <Checkbox
            label={words.mayUpload}
            checked={upload}
            onChange={(event) => setUpload(event.currentTarget.checked)}
          />
          <Checkbox
            label={words.mayApprove}
            checked={approve}
            onChange={(event) => setApprove(event.currentTarget.checked)}
          />
          <Checkbox
            label={words.linkSend}
            disabled={email === ''}
            checked={send && email !== ''}
            onChange={(event) => setSend(event.currentTarget.checked)}
          />
          <Group>
            <Button
              loading={make.isPending}
              onClick={() =>
                make.mutate({
                  ...common,
                  may_upload: upload,
                  may_approve: approve,
                  ...(email ? { email } : {}),
                  send: send && email !== '',
                })
              }
            >
              {words.make}
            </Button>
            <Button
              variant="default"
              loading={make.isPending}
              onClick={() => make.mutate({ ...common, purpose: 'calendar' })}
            >
              {words.makeCalendar}
            </Button>
            <Text size="xs" c="dimmed">
              {words.calendarNote}
            </Text>
          </Group>
        </>
      )}
      {make.error ? <ErrorState error={make.error} /> : null}
    </Stack>
  );
};

/** The links that were made, to see whether they are used and to revoke them. */
export const LinksPanel = ({ which }: { which: { order_id?: string; advertiser_id?: string } }) => {
  const words = useWords(messages);
  const format = useFormat();
  const list = useList(listCreativeLinks, { limit: 50, ...which });
  const revoke = useAction(revokeCreativeLink);
  return (
    <Panel title={words.links}>
      {list.rows?.length === 0 ? <Text size="sm">{words.noLinks}</Text> : null}
      <Stack component="ul" gap={6} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {list.rows?.map((link) => (
          <Group component="li" key={link.id} justify="space-between" gap="sm">
            <div style={{ minWidth: 0 }}>
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {link.name} {link.advertiser_name ? `· ${link.advertiser_name}` : ''}
              </Text>
              <Text size="xs" c="dimmed">
                {[
                  link.purpose === 'calendar' ? words.makeCalendar : '',
                  link.may_upload ? words.mayUpload : '',
                  link.may_approve ? words.mayApprove : '',
                  `${words.until} ${format.moment(link.expires_at)}`,
                  link.last_used_at ? `${words.used} ${format.moment(link.last_used_at)}` : words.never,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </div>
            {link.revoked_at ? (
              <Text size="xs">{words.revoked}</Text>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${words.revoke} ${link.name}`}
                onClick={() => revoke.mutate({ id: link.id })}
              >
                {words.revoke}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  );
};
