-- The highest number that a source file has; 0 when there is none.
SELECT max(file_number) AS number
FROM source_files
