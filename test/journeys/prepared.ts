/** A small organisation with one of everything, whose names are as long and as accented as real ones. */
import { pngOf } from '#creatives/testing';
import type { Vigie } from './vigie.ts';

type Made = { id: string };
export const account = { email: 'elodie@journal.example', password: 'phare-des-lacs' };

/** Adds a person to the organisation of the key, who may sign in to the web app. */
export const addPerson = ({ api }: Vigie): Promise<Made> =>
  api('POST', '/api/users', { ...account, name: 'Élodie Vallérian-Desbœufs', role: 'admin' });

/** Makes one of everything through the API. Resolves to the id behind each kind of address. */
export async function prepare({ api }: Vigie) {
  const advertiser = await api<Made>('POST', '/api/advertisers', {
    name: 'Établissements Théodore & Frères – Fromageries réunies du Haut-Doubs',
    category: 'Alimentation',
  });
  const publisher = await api<Made>('POST', '/api/publishers', { name: 'Régie Été Médias Auvergne-Rhône-Alpes' });
  const contact = await api<Made>('POST', '/api/contacts', {
    advertiser_id: advertiser.id,
    name: 'Apolline Rochebrune-Desmarets',
    email: 'apolline@fromageries.example',
    role: 'Directrice du marketing',
  });
  await api('POST', `/api/contacts/${contact.id}/history`, { kind: 'call', note: 'Veut deux vagues, pas de pop-up.' });
  await api('POST', '/api/reminders', {
    contact_id: contact.id,
    due_on: new Date().toISOString().slice(0, 10),
    note: 'Relancer pour la seconde vague',
  });
  const site = await api<Made>('POST', '/api/sites', {
    domain: 'journal.example',
    name: 'Le Journal des Évènements à Saint-Rémy-de-Maurienne',
    time_zone: 'Europe/Paris',
    currency: 'EUR',
  });
  await api('POST', '/api/sections', { site_id: site.id, name: 'Économie régionale', path: '/economie' });
  const placement = await api<Made>('POST', '/api/placements', {
    site_id: site.id,
    code: 'haut',
    name: 'Mégabannière en haut de page, toutes rubriques hors Une',
    formats: ['728x90', '300x250'],
  });
  const card = await api<Made>('POST', '/api/rate-cards', {
    name: 'Grille d’été 2026, remise « fidélité » comprise',
    currency: 'EUR',
    valid_from: '2026-01-01',
    rates: [{ placement_id: placement.id, model: 'cpm', amount: 1250 }],
  });
  const order = await api<Made>('POST', '/api/orders', {
    advertiser_id: advertiser.id,
    name: 'Campagne d’hiver « Reblochon & Comté » – vague n° 2, décembre à février',
  });
  const now = Date.now();
  const line = await api<Made>('POST', '/api/line-items', {
    order_id: order.id,
    name: 'Pavé et mégabannière – Économie régionale – ordinateur et téléphone',
    type: 'standard',
    goal: { unit: 'impressions', quantity: 1_250_000 },
    rate: { model: 'cpm', amount: 1250, currency: 'EUR' },
    start: new Date(now - 86_400_000).toISOString(),
    end: new Date(now + 30 * 86_400_000).toISOString(),
    placements: [placement.id],
  });
  const form = new FormData();
  form.set('advertiser_id', advertiser.id);
  form.set('name', 'Mégabannière « L’été au chalet »');
  form.set('landing_url', 'https://fromageries.example/hiver');
  form.set('file', new Blob([new Uint8Array(pngOf(728, 90))], { type: 'image/png' }), 'mega.png');
  const creative = await api<Made>('POST', '/api/creatives', form);
  await api('POST', `/api/creatives/${creative.id}/approve`);
  await api('POST', '/api/assignments', { line_item_id: line.id, creative_id: creative.id });
  await api('POST', `/api/line-items/${line.id}/move`, { to: 'booked' });
  const day = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(new Date(at));
  const report = await api<Made>('POST', '/api/reports', {
    order_id: order.id,
    period: { from: day(now - 86_400_000), to: day(now) },
    language: 'fr',
    title: 'Bilan intermédiaire – Reblochon & Comté',
  });
  const offered = {
    advertiser_id: advertiser.id,
    name: 'Proposition de printemps « Fromages d’alpage » – deux formats, six semaines',
    currency: 'EUR',
    language: 'fr',
    terms: 'Paiement à trente jours.',
    lines: [
      {
        name: 'Mégabannière en haut de page, toutes rubriques hors Une',
        type: 'standard',
        goal: { unit: 'impressions', quantity: 250_000 },
        rate: { model: 'cpm', amount: 1000, currency: 'EUR' },
        start: new Date(now + 60 * 86_400_000).toISOString(),
        end: new Date(now + 100 * 86_400_000).toISOString(),
        placements: [placement.id],
      },
    ],
  };
  const draftProposal = await api<Made>('POST', '/api/proposals', offered);
  const proposal = await api<Made>('POST', '/api/proposals', { ...offered, name: 'Proposition d’automne' });
  await api('POST', `/api/proposals/${proposal.id}/move`, { move: 'submit' });
  await api('POST', `/api/proposals/${proposal.id}/move`, { move: 'approve' });
  await api('POST', `/api/proposals/${proposal.id}/send`, {
    note: 'Comme convenu.',
    contact_id: contact.id,
  });
  const in_ = (days: number) => new Date(now + days * 86_400_000).toISOString().slice(0, 10);
  const plan = await api<Made>('POST', '/api/media-plans', {
    name: 'Plan de printemps – faire connaître les fromages d’alpage',
    advertiser_id: advertiser.id,
    brief: { objective: 'awareness', budget: 500_000, currency: 'EUR', start: in_(30), end: in_(60) },
  });
  await api('PUT', `/api/media-plans/${plan.id}/pushes`, {
    pushes: [
      {
        channel: 'email',
        name: 'Lettre aux abonnés « Saveurs de montagne »',
        where: 'Base interne, 42 000 adresses',
        first_day: in_(32),
        last_day: in_(32),
        amount: 80_000,
        clicks: 900,
        landing_url: 'https://journal.example/alpages?ref=lettre',
        utm: { source: 'lettre', medium: 'email', campaign: 'alpages' },
      },
    ],
  });
  const rfp = await api<{ id: string; invitations: Made[]; lines: Made[] }>('POST', '/api/rfps', {
    advertiser_id: advertiser.id,
    name: 'Fromages d’alpage – espaces chez les éditeurs de montagne, deux vagues',
    currency: 'EUR',
    language: 'fr',
    brief: 'Faire connaître les fromages d’alpage auprès des lecteurs de montagne.',
    due_at: new Date(now + 7 * 86_400_000).toISOString(),
    lines: [
      {
        name: 'Pavé en rubrique Montagne, première vague',
        sizes: ['300x250'],
        unit: 'impressions',
        quantity: 300_000,
        model: 'cpm',
        amount: 800,
        first_day: in_(30),
        last_day: in_(60),
      },
    ],
    invited: [{ publisher_id: publisher.id, email: 'regie@medias.example' }],
  });
  const asked = await api<{ path: string }>('POST', `/api/rfp-invitations/${rfp.invitations[0]?.id}/send`, {});
  await api('POST', `/api${asked.path.replace('/request', '/offer')}`, {
    name: 'Nadège Montcouquiol',
    lines: [
      {
        id: rfp.lines[0]?.id,
        name: 'Pavé en rubrique Montagne',
        where: 'Montagne › haut de page',
        site: 'montagne.medias.example',
        sizes: ['300x250'],
        unit: 'impressions',
        quantity: 250_000,
        model: 'cpm',
        amount: 950,
        first_day: in_(30),
        last_day: in_(60),
      },
    ],
  });
  await api('POST', `/api/orders/${order.id}/insertion-orders`, { language: 'fr', terms: 'Trente jours.' });
  const change = await api<{ path: string }>('POST', `/api/orders/${order.id}/change-requests`, {
    asked_of: 'them',
    note: 'Comme convenu au téléphone.',
    lines: [{ line_item_id: line.id, quantity: 1_400_000, last_day: in_(45) }],
  });
  const simulation = await api<Made>('POST', '/api/simulations', {
    name: 'Et si l’hiver était doux ? – Reblochon & Comté',
    line_items: [line.id],
    start: in_(0),
    days: 14,
    surprises: [{ from: in_(3), to: in_(5), percent: 40 }],
  });
  return {
    simulation: simulation.id,
    contact: contact.id,
    changeLink: change.path,
    rfp: rfp.id,
    rfpLink: asked.path,
    invitation: rfp.invitations[0]?.id ?? '',
    plan: plan.id,
    proposal: proposal.id,
    draftProposal: draftProposal.id,
    site: site.id,
    placement: placement.id,
    rateCard: card.id,
    advertiser: advertiser.id,
    order: order.id,
    line: line.id,
    creative: creative.id,
    report: report.id,
  };
}
