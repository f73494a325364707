-- Questions and disputes of customers: a thread about one thing, with a state.
-- check: (SELECT count(*) FROM questions) = 0

CREATE TABLE questions (
  question_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id text NOT NULL,
  partner_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('question', 'dispute')),
  -- What it is about: an invoice, one of its lines, a subscription, a usage, or the account as a whole.
  about text NOT NULL CHECK (about IN ('invoice', 'invoice-line', 'subscription', 'usage', 'account')),
  about_id text NOT NULL,
  -- Of a dispute, where one was said; including VAT.
  amount_micros bigint,
  -- open: waits for the provider; answered: waits for the customer.
  state text NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
  opened_by text NOT NULL,
  opened_ms bigint NOT NULL,
  changed_ms bigint NOT NULL
);
CREATE INDEX questions_by_account ON questions (account_id, question_id);
CREATE INDEX questions_open ON questions (partner_id, changed_ms) WHERE state = 'open';

CREATE TABLE question_messages (
  message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  question_id bigint NOT NULL REFERENCES questions,
  at_ms bigint NOT NULL,
  author text NOT NULL,
  author_name text NOT NULL,
  is_provider boolean NOT NULL,
  message text NOT NULL
);
CREATE INDEX question_messages_by_question ON question_messages (question_id, message_id);
