PREFIX tea: <https://test.example/tea#>
# What the paper has corrected.
WITH <https://test.example/tea>
DELETE { ?claim schema:text ?old }
INSERT { ?claim schema:text "Tea exports rose by 1.50 percent."@en }
WHERE { ?claim schema:text ?old ; schema:appearance tea:paper } ;

# Declarations stand before any operation.
PREFIX who: <https://test.example/who#>
INSERT DATA { GRAPH <https://test.example/notes> {
    tea:tea ibid:retractedBy who:editor .
    who:editor a schema:Person ; schema:name "The editor" } }
