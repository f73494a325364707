-- Which documents an invoice has is said in one place, src/invoicing/documents/document-kinds.ts.
-- check: (SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'invoice_documents_kind_check' AND pg_get_constraintdef(oid) LIKE '%~%')

ALTER TABLE invoice_documents DROP CONSTRAINT invoice_documents_kind_check;
ALTER TABLE invoice_documents ADD CONSTRAINT invoice_documents_kind_check
  CHECK (kind ~ '^[a-z][a-z0-9-]*$');
