import { Checkbox, MultiSelect, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useState } from 'react';
import { listPackages, RateModel } from '#inventory/contract';
import { Page, Panel, useLanguage, useList, useWords } from '#platform/web';
import { messages as inventory } from './messages.ts';
import { PriceExplained } from './price-explained.tsx';
import { messages } from './price-messages.ts';
import { usePlaces } from './use-places.ts';

/** A price asked by hand, before anything is written down. */
export const PricesPage = () => {
  const words = useWords(messages);
  const models = useWords(inventory);
  const { language } = useLanguage();
  const places = usePlaces();
  const packages = useList(listPackages, { limit: 200 }, { whole: true });
  const [placements, setPlacements] = useState<string[]>([]);
  const [pack, setPack] = useState<string | null>(null);
  const [model, setModel] = useState<RateModel>('cpm');
  const [quantity, setQuantity] = useState(100_000);
  const [[first, last], setDays] = useState<[string | null, string | null]>([null, null]);
  const [discount, setDiscount] = useState(0);
  const [insertions, setInsertions] = useState(1);
  const [agency, setAgency] = useState(false);
  const isWhole = (pack !== null || placements.length > 0) && first !== null && last !== null;
  return (
    <Page title={words.prices} under={words.pricesUnder}>
      <div className="vg-beside">
        <Panel>
          <Stack gap="sm">
            <MultiSelect
              label={words.placements}
              searchable
              clearable
              disabled={pack !== null}
              data={[...places.placement.values()].map(({ id }) => ({ value: id, label: places.nameOf(id) }))}
              value={placements}
              onChange={setPlacements}
            />
            <Select
              label={words.package}
              clearable
              searchable
              data={(packages.rows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={pack}
              onChange={setPack}
            />
            <DatePickerInput
              type="range"
              label={words.dates}
              locale={language}
              valueFormat="D MMM YYYY"
              value={[first, last]}
              onChange={setDays}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <Select
                label={words.model}
                allowDeselect={false}
                disabled={pack !== null}
                data={RateModel.options.map((value) => ({ value, label: models[value] }))}
                value={model}
                onChange={(value) => setModel(RateModel.parse(value))}
              />
              <NumberInput
                label={words.quantity}
                min={0}
                allowDecimal={false}
                thousandSeparator={language === 'fr' ? '\u202f' : ','}
                value={quantity}
                onChange={(value) => setQuantity(typeof value === 'number' ? value : 0)}
              />
              <NumberInput
                label={words.discount}
                min={0}
                max={100}
                decimalScale={2}
                value={discount}
                onChange={(value) => setDiscount(typeof value === 'number' ? value : 0)}
              />
              <NumberInput
                label={words.insertions}
                min={1}
                max={10_000}
                allowDecimal={false}
                value={insertions}
                onChange={(value) => setInsertions(typeof value === 'number' && value >= 1 ? value : 1)}
              />
            </SimpleGrid>
            <Checkbox
              label={words.agency}
              checked={agency}
              onChange={(event) => setAgency(event.currentTarget.checked)}
            />
          </Stack>
        </Panel>
        <Panel label={words.price}>
          <PriceExplained
            question={
              isWhole
                ? {
                    ...(pack === null ? { placements, model } : { package_id: pack }),
                    quantity,
                    start: first,
                    end: last,
                    discount,
                    insertions,
                    agency,
                  }
                : undefined
            }
          />
        </Panel>
      </div>
    </Page>
  );
};
