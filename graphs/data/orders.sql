-- The shop's books on 2026-11-20: money in cents, days as ISO dates, NULL where a day has not come.

CREATE TABLE orders (
    order_id       TEXT PRIMARY KEY,
    customer_id    TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('processing', 'shipped', 'delivered', 'cancelled')),
    placed_on      TEXT NOT NULL,
    promised_on    TEXT NOT NULL,
    shipped_on     TEXT,
    delivered_on   TEXT,
    tracking_code  TEXT,
    shipping_cents INTEGER NOT NULL CHECK (shipping_cents >= 0)
);

CREATE TABLE order_lines (
    order_id   TEXT NOT NULL REFERENCES orders (order_id),
    title      TEXT NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    unit_cents INTEGER NOT NULL CHECK (unit_cents >= 0)
);

CREATE INDEX orders_of_customer ON orders (customer_id, placed_on);
CREATE INDEX lines_of_order ON order_lines (order_id);

INSERT INTO orders VALUES
    ('1001', 'C-17', 'shipped',    '2026-11-14', '2026-11-23', '2026-11-17', NULL,         'NX-5501', 490),
    ('1002', 'C-17', 'delivered',  '2026-11-03', '2026-11-11', '2026-11-06', '2026-11-10', 'NX-5483', 490),
    ('1003', 'C-21', 'delivered',  '2026-11-09', '2026-11-16', '2026-11-12', '2026-11-16', 'NX-5490', 0),
    ('1004', 'C-21', 'processing', '2026-11-19', '2026-11-27', NULL,         NULL,         NULL,      350),
    ('1005', 'C-34', 'delivered',  '2026-10-18', '2026-10-26', '2026-10-21', '2026-10-25', 'NX-5412', 0),
    ('1006', 'C-34', 'shipped',    '2026-11-08', '2026-11-15', '2026-11-12', NULL,         'NX-5488', 490),
    ('1007', 'C-42', 'delivered',  '2026-11-12', '2026-11-19', '2026-11-15', '2026-11-18', 'NX-5497', 690),
    ('1008', 'C-42', 'cancelled',  '2026-11-02', '2026-11-10', NULL,         NULL,         NULL,      490),
    ('1009', 'C-58', 'delivered',  '2026-09-22', '2026-09-30', '2026-09-25', '2026-09-30', 'NX-5301', 490),
    ('1010', 'C-58', 'shipped',    '2026-11-15', '2026-11-24', '2026-11-18', NULL,         'NX-5506', 490),
    ('1011', 'C-63', 'delivered',  '2026-10-30', '2026-11-06', '2026-11-03', '2026-11-06', 'NX-5470', 350),
    ('1012', 'C-63', 'processing', '2026-11-18', '2026-12-02', NULL,         NULL,         NULL,      0),
    ('1013', 'C-77', 'delivered',  '2026-10-28', '2026-11-04', '2026-10-31', '2026-11-05', 'NX-5466', 490),
    ('1014', 'C-77', 'shipped',    '2026-11-16', '2026-11-22', '2026-11-18', NULL,         'NX-5509', 0),
    ('1015', 'C-80', 'delivered',  '2026-10-14', '2026-10-22', '2026-10-17', '2026-10-21', 'NX-5402', 490),
    ('1016', 'C-80', 'delivered',  '2026-10-13', '2026-10-20', '2026-10-16', '2026-10-20', 'NX-5401', 490),
    ('1017', 'C-91', 'shipped',    '2026-11-10', '2026-11-18', '2026-11-13', NULL,         'NX-5492', 490),
    ('1018', 'C-91', 'processing', '2026-11-20', '2026-11-28', NULL,         NULL,         NULL,      490);

INSERT INTO order_lines VALUES
    ('1001', 'Espresso machine Bravo',     1, 18900),
    ('1001', 'Milk jug, 350 ml',           1,  1450),
    ('1002', 'Running shoes Gale, 42',     1,  7990),
    ('1003', 'Desk lamp Lumo',             2,  3495),
    ('1004', 'Notebook, dotted',           3,   840),
    ('1005', 'Rain jacket Fjord, L',       1, 12900),
    ('1006', 'Board game Harbour',         1,  4200),
    ('1006', 'Card sleeves, 100',          2,   450),
    ('1007', 'Glass vase Alma',            1,  5450),
    ('1008', 'Toaster Duo',                1,  3999),
    ('1009', 'Headphones Calm',            1, 14900),
    ('1010', 'Bicycle pump Mini',          1,  2290),
    ('1010', 'Tyre levers, pair',          1,   590),
    ('1011', 'Wool blanket Skye',          1,  6900),
    ('1012', 'Bookshelf Oslo',             1, 21900),
    ('1013', 'Tea set Kyoto',              1,  8800),
    ('1014', 'Winter boots Pine, 39',      1, 11900),
    ('1015', 'Frying pan Forge, 28 cm',    1,  5900),
    ('1016', 'Knife block Forge',          1,  9900),
    ('1017', 'Backpack Ridge, 30 l',       1,  8490),
    ('1018', 'Water bottle Ridge',         2,  1990);
