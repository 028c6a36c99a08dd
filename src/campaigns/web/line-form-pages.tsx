import { useNavigate, useParams } from '@tanstack/react-router';
import { readLineItem, readOrder } from '#campaigns/contract';
import { Answer, Page, useRoute, useWords } from '#platform/web';
import { LineItemForm } from './line-item-form.tsx';
import { messages } from './messages.ts';

export const NewLinePage = () => {
  const words = useWords(messages);
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readOrder, { id });
  return (
    <Answer of={asked}>
      {(order) => (
        <Page
          title={words.newLine}
          trail={[
            { label: words.orders, to: '/orders' },
            { label: order.name, to: `/orders/${id}` },
          ]}
          under={order.advertiser_name}
        >
          <LineItemForm
            orderId={id}
            side={order.side}
            onDone={(line) => void navigate({ to: `/line-items/${line.id}`, search: {} })}
          />
        </Page>
      )}
    </Answer>
  );
};

export const EditLinePage = () => {
  const words = useWords(messages);
  const navigate = useNavigate();
  const { id = '' } = useParams({ strict: false });
  const asked = useRoute(readLineItem, { id });
  return (
    <Answer of={asked}>
      {(line) => (
        <Page
          title={words.edit}
          trail={[
            { label: line.order_name, to: `/orders/${line.order_id}` },
            { label: line.name, to: `/line-items/${id}` },
          ]}
        >
          <LineItemForm
            orderId={line.order_id}
            side={line.side}
            line={line}
            onDone={() => void navigate({ to: `/line-items/${id}`, search: {} })}
          />
        </Page>
      )}
    </Answer>
  );
};
