-- Parameters: passkey, member, credential, algorithm, public_key, counter, name, now.
insert into member_passkey (passkey, member, credential, algorithm, public_key, counter, name, added_at_ms)
values (:passkey, :member, :credential, :algorithm, :public_key, :counter, :name, :now)
