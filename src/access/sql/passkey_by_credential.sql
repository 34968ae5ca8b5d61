-- Parameters: credential. Columns: passkey, member, algorithm, public_key, counter.
select passkey, member, algorithm, public_key, counter from member_passkey where credential = :credential
