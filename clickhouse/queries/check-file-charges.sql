-- What the records of some files of the embedded log were charged together.
SELECT sum(charge) + sum(information_charge) AS chargeMicros
FROM usage_ledger
WHERE log_source = 'files'
    AND has({fileNumbers:Array(UInt32)}, log_partition)
    AND outcome = 'rated'
