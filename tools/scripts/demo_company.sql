-- The demo dealership: a shop in Shanghai that keeps its books in yuan. Done before our addons
-- and their demo data are installed, on a database in which nothing has been posted yet.
UPDATE res_currency SET active = true WHERE name = 'CNY';
UPDATE res_company
   SET name = 'Harbour Auto Service', phone = '+86 21 5550 1000',
       email = 'service@harbour-auto.example',
       currency_id = (SELECT id FROM res_currency WHERE name = 'CNY');
UPDATE res_partner
   SET name = 'Harbour Auto Service', complete_name = 'Harbour Auto Service',
       phone = '+86 21 5550 1000', email = 'service@harbour-auto.example',
       street = '88 Harbour Road', city = 'Shanghai', zip = '200000',
       country_id = (SELECT id FROM res_country WHERE code = 'CN')
 WHERE id IN (SELECT partner_id FROM res_company);
UPDATE resource_calendar SET tz = 'Asia/Shanghai';
UPDATE account_tax SET amount = 13, name = '{"en_US": "VAT 13%"}' WHERE amount = 15;
UPDATE account_tax_group SET name = '{"en_US": "VAT 13%"}' WHERE name ->> 'en_US' = 'Tax 15%';
