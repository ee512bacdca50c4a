-- Organisations: who gives, who spends within a grant, who supplies. One organisation may be all three.
CREATE TABLE organisations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  is_funder boolean NOT NULL DEFAULT false,
  is_partner boolean NOT NULL DEFAULT false,
  is_supplier boolean NOT NULL DEFAULT false,
  country char(2),
  vat_number text,
  website text,
  address_line text,
  postal_code text,
  city text,
  notes text,
  version integer NOT NULL DEFAULT 1,
  created_by bigint REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT organisation_name_is_unique UNIQUE (name),
  CONSTRAINT organisation_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200),
  CONSTRAINT organisation_has_a_part CHECK (is_funder OR is_partner OR is_supplier),
  CONSTRAINT organisation_country_is_iso_3166 CHECK (country ~ '^[A-Z]{2}$'),
  CONSTRAINT organisation_notes_are_short CHECK (char_length(notes) <= 4000)
);
CREATE INDEX organisations_by_name ON organisations (lower(name), id);

CREATE TABLE organisation_identifiers (
  organisation_id bigint NOT NULL REFERENCES organisations (id),
  scheme text NOT NULL,
  value text NOT NULL,
  CONSTRAINT organisation_identifier_stands_once PRIMARY KEY (organisation_id, scheme, value),
  CONSTRAINT organisation_identifier_is_unique UNIQUE (scheme, value),
  CONSTRAINT organisation_identifier_scheme_is_known CHECK (scheme IN ('org-id', 'PIC', 'other')),
  -- A participant identification code of the EU has nine digits.
  CONSTRAINT organisation_pic_has_nine_digits CHECK (scheme <> 'PIC' OR value ~ '^[0-9]{9}$'),
  CONSTRAINT organisation_identifier_is_short CHECK (char_length(value) BETWEEN 1 AND 100)
);

CREATE TABLE organisation_contacts (
  organisation_id bigint NOT NULL REFERENCES organisations (id),
  position integer NOT NULL,
  name text NOT NULL,
  role text,
  email text,
  phone text,
  PRIMARY KEY (organisation_id, position),
  CONSTRAINT organisation_contact_name_is_short CHECK (char_length(name) BETWEEN 1 AND 200)
);

GRANT SELECT, INSERT, UPDATE ON organisations TO kindling_service;
GRANT SELECT, INSERT, DELETE ON organisation_identifiers, organisation_contacts TO kindling_service;
GRANT SELECT ON organisations, organisation_identifiers TO kindling_readonly;
