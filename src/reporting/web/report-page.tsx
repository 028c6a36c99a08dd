import { Button, Group, SimpleGrid } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteReport, readReport } from '#reporting/contract';
import type { Report } from '#reporting/contract';
import { useMay } from '#people/web';
import {
  Answer,
  ConfirmDialog,
  Link,
  Loading,
  Page,
  Panel,
  problemOfAnswer,
  useAction,
  useFormat,
  useRoute,
  useWords,
} from '#platform/web';
import { CommentaryEditor } from './commentary-editor.tsx';
import { messages } from './messages.ts';
import { fileOf } from './reports-page.tsx';

export const ReportPage = () => {
  const words = useWords(messages);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readReport, { id });
  const [removing, setRemoving] = useState(false);
  const remove = useAction(deleteReport, { onDone: () => void navigate({ to: '/reports', search: {} }) });
  return (
    <Answer of={asked}>
      {(report) => (
        <Page
          title={report.title}
          trail={[{ label: words.reports, to: '/reports' }]}
          under={
            <Group gap={6}>
              <Link to={`/orders/${report.order_id}`}>{report.order_name}</Link> · {report.advertiser_name} ·{' '}
              {format.days(report.period.from, report.period.to)} ·{' '}
              {report.language === 'fr' ? words.french : words.english}
            </Group>
          }
          actions={
            <>
              <Button
                component="a"
                href={fileOf(id, 'pdf')}
                download
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                {words.pdf}
              </Button>
              <Button
                component="a"
                href={fileOf(id, 'xlsx')}
                download
                variant="default"
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                {words.xlsx}
              </Button>
              {may('reports.write') ? (
                <Button variant="default" onClick={() => setRemoving(true)}>
                  {words.remove}
                </Button>
              ) : null}
            </>
          }
        >
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <Panel title={words.preview} flush>
              <Preview report={report} />
            </Panel>
            <CommentaryEditor report={report} mayEdit={may('reports.write')} />
          </SimpleGrid>
          <ConfirmDialog
            opened={removing}
            onClose={() => setRemoving(false)}
            question={words.removeSure(report.title)}
            action={words.remove}
            run={() => remove.mutateAsync({ id })}
          />
        </Page>
      )}
    </Answer>
  );
};

/** The report's own HTML, without scripts and as a document of nobody's origin. Asked for by hand, so that a failure is told in words. */
const Preview = ({ report }: { report: Report }) => {
  const words = useWords(messages);
  const asked = useQuery({
    queryKey: ['report preview', report.id, report.updated_at],
    queryFn: async ({ signal }) => {
      const answer = await fetch(fileOf(report.id, 'html'), { signal });
      if (!answer.ok) throw await problemOfAnswer(answer);
      return answer.text();
    },
  });
  return (
    <Answer of={asked} waiting={<Loading height={400} />}>
      {(html) => (
        <iframe
          title={`${words.preview}: ${report.title}`}
          srcDoc={html}
          sandbox=""
          style={{ width: '100%', height: '80vh', border: 0, background: '#fff', display: 'block' }}
        />
      )}
    </Answer>
  );
};
