/** Every view with its address. Here the domains' screens are joined: each gets from the others the panels it declares slots for. */
import { analyticsScreens } from '#analytics/web';
import type { LineItem } from '#campaigns/contract';
import { campaignScreens, LineItemPage, LineItemsPage, OrderPage } from '#campaigns/web';
import type { Creative } from '#creatives/contract';
import { CreativePage, creativeRequestMessages, creativeScreens } from '#creatives/web';
import { deliveryScreens, WhyPanel } from '#delivery/web';
import { AudiencePanel, forecastingMessages } from '#forecasting/web';
import type { Placement, Section, Site } from '#inventory/contract';
import { inventoryScreens, PlacementPage, SitePage } from '#inventory/web';
import { measurementScreens, VisitRulesPanel } from '#measurement/web';
import { peopleScreens, useMay } from '#people/web';
import { LinkButton, useNow, useWords } from '#platform/web';
import type { Screen } from '#platform/web';
import {
  DeliveryPanel,
  LineProgress,
  reportingMessages,
  reportingScreens,
  standingOf,
  useLineTotals,
} from '#reporting/web';
import { AbGroup } from './ab-group.tsx';
import { LastHit } from './last-hit.tsx';
import { TagPanel } from './tag-panel.tsx';
import { seoScreens } from '#seo/web';
import { TodayPage } from './today/today-page.tsx';

const OrderScreen = () => {
  const words = useWords(reportingMessages);
  const requests = useWords(creativeRequestMessages);
  const may = useMay();
  return (
    <OrderPage
      slots={(order) => ({
        Progress: LineProgress,
        figures: <DeliveryPanel dimension="ad:order" id={order} name={words.order} />,
        actions: (
          <>
            <LinkButton variant="default" to="/creative-requests" search={{ order }}>
              {requests.requests}
            </LinkButton>
            {may('reports.write') ? (
              <LinkButton variant="default" to="/reports" search={{ new: '1', order }}>
                {words.clientReport}
              </LinkButton>
            ) : null}
          </>
        ),
      })}
    />
  );
};

const LineFigures = ({ line }: { line: LineItem }) => (
  <DeliveryPanel dimension="ad:line_item" id={line.id} name={line.name} />
);

const LineWhy = ({ line }: { line: LineItem }) => {
  const { totals } = useLineTotals();
  const now = useNow();
  return <WhyPanel line={line} delivered={standingOf(line, totals, line.id, now)?.progress?.delivered} />;
};

const CreativeFigures = ({ creative }: { creative: Creative }) => (
  <>
    <DeliveryPanel dimension="ad:creative" id={creative.id} name={creative.name} />
    {creative.ab_group ? <AbGroup group={creative.ab_group} /> : null}
  </>
);

const PlacementFigures = ({ placement }: { placement: Placement }) => (
  <>
    <DeliveryPanel dimension="ad:placement" id={placement.id} name={placement.name} />
    <AudiencePanel of={{ placement_id: placement.id }} />
  </>
);

const SiteAudience = ({ site, section }: { site: Site; section: Section | undefined }) => {
  const words = useWords(forecastingMessages);
  return (
    <AudiencePanel
      of={section ? { section_id: section.id } : { site_id: site.id }}
      title={`${words.audience} : ${section?.name ?? site.name}`}
    />
  );
};

const SiteTag = ({ site }: { site: Site }) => (
  <>
    <TagPanel site={site} />
    <VisitRulesPanel site={site.id} />
  </>
);

export const screens: Screen[] = [
  { path: '/', component: TodayPage },
  ...analyticsScreens,
  ...measurementScreens,
  ...seoScreens,
  ...campaignScreens,
  { path: '/orders/$id', component: OrderScreen },
  { path: '/line-items', component: () => <LineItemsPage Progress={LineProgress} /> },
  {
    path: '/line-items/$id',
    component: () => <LineItemPage Progress={LineProgress} Figures={LineFigures} Why={LineWhy} />,
  },
  ...creativeScreens,
  { path: '/creatives/$id', component: () => <CreativePage Figures={CreativeFigures} /> },
  ...deliveryScreens,
  ...reportingScreens,
  ...inventoryScreens,
  { path: '/sites/$id', component: () => <SitePage Tag={SiteTag} LastHit={LastHit} Audience={SiteAudience} /> },
  { path: '/placements/$id', component: () => <PlacementPage Tag={TagPanel} Figures={PlacementFigures} /> },
  ...peopleScreens,
];
