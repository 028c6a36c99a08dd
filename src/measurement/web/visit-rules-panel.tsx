import { Stack, Switch, Text } from '@mantine/core';
import { changeVisitRules, readVisitRules } from '#measurement/contract';
import { useMay } from '#people/web';
import { Answer, messagesOf, Panel, useAction, useRoute, useWords } from '#platform/web';

const visitMessages = messagesOf(
  {
    title: 'Visits',
    note: 'A pause of more than 30 minutes begins a visit. A change here builds the visits of the past again.',
    midnight: 'Cut visits at midnight too (Matomo’s rule)',
    campaign: 'Begin a visit at a page with other campaign tags (Matomo’s rule)',
  },
  {
    title: 'Visites',
    note: 'Une pause de plus de 30 minutes commence une visite. Un changement ici reconstruit les visites du passé.',
    midnight: 'Couper aussi les visites à minuit (règle de Matomo)',
    campaign: 'Commencer une visite à une page portant d’autres étiquettes de campagne (règle de Matomo)',
  },
);

/** Where the visits of a site are cut. */
export const VisitRulesPanel = ({ site }: { site: string }) => {
  const words = useWords(visitMessages);
  const may = useMay();
  const asked = useRoute(readVisitRules, { id: site });
  const change = useAction(changeVisitRules);
  return (
    <Panel title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.note}
      </Text>
      <Answer of={asked}>
        {(rules) => (
          <Stack gap="xs">
            {(['midnight', 'campaign'] as const).map((name) => (
              <Switch
                key={name}
                label={words[name]}
                checked={rules[name]}
                disabled={!may('inventory.write') || change.isPending}
                onChange={(event) => change.mutate({ id: site, [name]: event.currentTarget.checked })}
              />
            ))}
          </Stack>
        )}
      </Answer>
    </Panel>
  );
};
