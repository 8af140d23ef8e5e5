-- A database in which every channel that the assertions know is open: each of them must be red here, whatever
-- modules a real production has. Tables hold only the columns that some assertion or neutraliser asks for.
CREATE TABLE ir_module_module AS SELECT 1 AS id, 'base' AS name, 'installed' AS state, '17.0.1.3' AS latest_version;
CREATE TABLE ir_module_module_dependency (id int, name varchar, module_id int);
CREATE TABLE ir_model_data (id serial, module varchar, name varchar, model varchar, res_id int, noupdate bool);
INSERT INTO ir_model_data (module, name, model, res_id, noupdate) VALUES
  ('base', 'autovacuum_job', 'ir.cron', 1, false), ('mail', 'ir_cron_mail', 'ir.cron', 2, false),
  ('base', 'user_root', 'res.users', 1, true), ('base', 'user_admin', 'res.users', 2, true),
  ('base', 'public_user', 'res.users', 4, true);
CREATE TABLE ir_config_parameter (id serial, key varchar UNIQUE, value text);
INSERT INTO ir_config_parameter (key, value) VALUES ('database.secret', 'old'), ('database.uuid', 'old'),
  ('web.base.url', 'https://erp.acme.com'), ('mail.catchall.domain', 'acme.com'), ('mail.catchall.alias', 'catchall'),
  ('mail.bounce.alias', 'bounce'), ('mail.default.from', 'erp@acme.com'), ('mass_mailing.mail_server_id', '1'),
  ('sale.automatic_invoice', 'True'), ('google_calendar_client_secret', 'x'), ('microsoft_calendar_client_secret', 'x'),
  ('auth_oauth.authorization_header', 'x'), ('mail.web_push_vapid_private_key', 'x'), ('mail.sfu_server_key', 'x'),
  ('mail.twilio_account_token', 'x'), ('mail.use_twilio_rtc_servers', 'True'), ('ocn.uuid', 'x'), ('odoo_ocn.project_id', 'x'),
  ('database.enterprise_code', 'x'), ('database.already_linked_email', 'x'), ('saas_trial.confirm_token', 'x'),
  ('report.url', 'https://erp.acme.com'), ('recaptcha_private_key', 'x'), ('cf.turnstile_secret_key', 'x'),
  ('google.pse.api_key', 'x'), ('google_maps.signed_static_api_key', 'x'), ('base_geolocalize.google_map_api_key', 'x'),
  ('mail.google_translate_api_key', 'x'), ('discuss.tenor_api_key', 'x'), ('unsplash.access_key', 'x'),
  ('sms_twilio.account_sid', 'x'), ('cloud_storage_provider', 'google'), ('acme.sftp.password', 'hEwujQbuFqtMa395'),
  ('database.expiration_date', '2030-01-01'), ('website_profile.uuid', 'x'), ('microsoft_calendar.microsoft_guid', 'x'),
  ('hr_recruitment.blacklisted_emails', 'a@acme.com'), ('ir_attachment.location', 's3://acme-files'), ('auth_totp.policy', 'all_required');

-- mail
CREATE TABLE ir_mail_server AS SELECT 1 AS id, 'live' AS name, true AS active, 'smtp.acme.com' AS smtp_host, 465 AS smtp_port,
  'ssl' AS smtp_encryption, 'cli' AS smtp_authentication, 'acme.com' AS from_filter, 0 AS sequence, 'u' AS smtp_user, 'p' AS smtp_pass,
  'c'::bytea AS smtp_ssl_certificate, 'k'::bytea AS smtp_ssl_private_key, 'a' AS google_gmail_authorization_code,
  'r' AS google_gmail_refresh_token, 't' AS google_gmail_access_token, 'r' AS microsoft_outlook_refresh_token, 't' AS microsoft_outlook_access_token;
INSERT INTO ir_mail_server (id, name, active, smtp_host) VALUES (2, 'archived', false, 'old.acme.com');
CREATE TABLE fetchmail_server AS SELECT 1 AS id, true AS active, 'done' AS state, 'imap.acme.com' AS server, 'u' AS "user", 'p' AS password,
  'c' AS configuration, 'a' AS google_gmail_authorization_code, 'r' AS google_gmail_refresh_token, 't' AS google_gmail_access_token,
  'r' AS microsoft_outlook_refresh_token, 't' AS microsoft_outlook_access_token;
CREATE TABLE mail_mail AS SELECT 1 AS id, 'outgoing' AS state, '<a href="https://erp.acme.com/x?token=abc">' AS body_html;
INSERT INTO mail_mail VALUES (2, 'exception', '');
CREATE TABLE mail_message AS SELECT 1 AS id, '<a href="/mail/view?access_token=abc">' AS body, 1 AS mail_server_id;
CREATE TABLE mail_notification AS SELECT 1 AS id, 'ready' AS notification_status;
CREATE TABLE mail_message_res_partner_needaction_rel AS SELECT 1 AS id, 'ready' AS notification_status;
CREATE TABLE mail_message_schedule AS SELECT 1 AS id;
CREATE TABLE mail_scheduled_message AS SELECT 1 AS id;
CREATE TABLE mailing_mailing AS SELECT 1 AS id, 'in_queue' AS state, now()::timestamp AS schedule_date, 'scheduled' AS schedule_type, 1 AS mail_server_id;
CREATE TABLE mail_mass_mailing AS SELECT 1 AS id, 'in_queue' AS state;
CREATE TABLE utm_campaign AS SELECT 1 AS id, false AS ab_testing_completed, now()::timestamp AS ab_testing_schedule_datetime;
CREATE TABLE mailing_trace AS SELECT 1 AS id, 'outgoing' AS trace_status;
CREATE TABLE mail_template AS SELECT 1 AS id, 1 AS mail_server_id, 'boss@acme.com' AS email_to, 'cc@acme.com' AS email_cc;
CREATE TABLE event_mail AS SELECT 1 AS id, false AS mail_done;
CREATE TABLE event_mail_registration AS SELECT 1 AS id, false AS mail_sent;
CREATE TABLE digest_digest AS SELECT 1 AS id, 'activated' AS state;
CREATE TABLE gamification_challenge AS SELECT 1 AS id, 'weekly' AS report_message_frequency;
CREATE TABLE lunch_supplier AS SELECT 1 AS id, 'mail' AS send_by;
CREATE TABLE project_project AS SELECT 1 AS id, 'periodic' AS rating_status, true AS rating_active, 'tok' AS access_token;
CREATE TABLE calendar_alarm AS SELECT 1 AS id, 'email' AS alarm_type;
CREATE TABLE mail_alias_domain AS SELECT 1 AS id, 'acme.com' AS name, 'erp@acme.com' AS default_from;
CREATE TABLE mail_alias AS SELECT 1 AS id, 'info' AS alias_name, 'info@acme.com' AS alias_full_name, 1 AS alias_domain_id;
CREATE TABLE ir_ui_view AS SELECT 1 AS id, 'k' AS key, true AS active, jsonb_build_object('en_US',
  '<input name="email_to" value="boss@acme.com"/><script src="https://www.googletagmanager.com/x"/>') AS arch_db, 'pw' AS visibility_password;

-- SMS, letters, credits, directories
CREATE TABLE sms_sms AS SELECT 1 AS id, 'outgoing' AS state;
CREATE TABLE snailmail_letter AS SELECT 1 AS id, 'pending' AS state UNION SELECT 2, 'error';
CREATE TABLE res_partner_autocomplete_sync AS SELECT 1 AS id, false AS synched;
CREATE TABLE crm_reveal_view AS SELECT 1 AS id;
CREATE TABLE crm_reveal_rule AS SELECT 1 AS id, true AS active;
CREATE TABLE iap_account AS SELECT 1 AS id, '0123456789abcdef0123456789abcdef+disabled' AS account_token;
CREATE TABLE iap_account_info AS SELECT 1 AS id, 't' AS account_token;
CREATE TABLE res_partner AS SELECT 1 AS id, now()::date AS account_peppol_validity_last_check, 'tok' AS signup_token;
CREATE TABLE res_company AS SELECT 1 AS id, true AS vat_check_vies, false AS iap_enrich_auto_done, 'x' AS sms_twilio_auth_token,
  'tok' AS attendance_kiosk_key, 'active' AS account_peppol_proxy_state, 'x' AS account_peppol_migration_key, 'x' AS l10n_sa_private_key,
  false AS l10n_es_edi_test_env, false AS l10n_es_sii_test_env, false AS l10n_es_tbai_test_env, true AS l10n_eg_production_env,
  true AS l10n_in_edi_production_env, false AS l10n_ro_edi_test_env, false AS l10n_mx_edi_pac_test_env, 'prod' AS l10n_sa_api_mode,
  'prod' AS l10n_my_edi_mode, false AS l10n_pe_edi_test_env, true AS l10n_ec_production_env, '10.0.0.9' AS l10n_ke_cu_proxy_address;

-- payments
CREATE TABLE payment_provider AS SELECT 1 AS id, 'stripe' AS code, 'enabled' AS state, 'sk_live_x' AS stripe_secret_key, 'pre' AS adyen_api_url_prefix,
  'key' AS adyen_client_key, 'pay@acme.com' AS paypal_email_account, 'me' AS authorize_login;
CREATE TABLE payment_acquirer AS SELECT 1 AS id, 'stripe' AS provider, 'enabled' AS state, 'prod' AS environment, 'sk_live_x' AS stripe_secret_key;
CREATE TABLE payment_provider_onboarding_wizard AS SELECT 1 AS id, 'sk' AS stripe_secret_key;
CREATE TABLE sale_payment_provider_onboarding_wizard AS SELECT 1 AS id, 'sk' AS stripe_secret_key;
CREATE TABLE payment_token AS SELECT 1 AS id, true AS active, 'cus_1' AS provider_ref, 'cus_1' AS acquirer_ref, 'pm_1' AS stripe_payment_method, 'm' AS stripe_mandate;
CREATE TABLE payment_transaction AS SELECT 1 AS id, 'pending' AS state, false AS is_post_processed UNION SELECT 2, 'done', false;
CREATE TABLE pos_payment_method AS SELECT 1 AS id, 'k' AS adyen_api_key, 't' AS viva_wallet_bearer_token, 'adyen' AS use_payment_terminal, false AS adyen_test_mode, '10.0.0.8' AS six_terminal_ip;
CREATE TABLE pos_mercury_configuration AS SELECT 1 AS id, 'm' AS merchant_id, 'p' AS merchant_pwd;

-- other people's accounts
CREATE TABLE google_calendar_credentials AS SELECT 1 AS id, 'r' AS calendar_rtoken, 't' AS calendar_token, 's' AS calendar_sync_token, 'c' AS calendar_cal_id, false AS synchronization_stopped;
CREATE TABLE microsoft_calendar_credentials AS SELECT 1 AS id, 's' AS calendar_sync_token, false AS synchronization_stopped;
CREATE TABLE res_users_settings AS SELECT 1 AS id, 'r' AS google_calendar_rtoken, 'r' AS microsoft_calendar_rtoken, false AS google_synchronization_stopped,
  false AS microsoft_synchronization_stopped, 's' AS voip_secret, 'u' AS voip_username;
CREATE TABLE calendar_provider_config AS SELECT 1 AS id, 'x' AS cal_client_secret, 'x' AS microsoft_outlook_client_secret;
CREATE TABLE calendar_event AS SELECT 1 AS id, 'g' AS google_id, 'm' AS microsoft_id, 'u' AS ms_universal_event_id, 'o' AS ms_organizer_event_id,
  'r' AS microsoft_recurrence_master_id, 'tok' AS access_token;
CREATE TABLE calendar_recurrence AS SELECT 1 AS id, 'g' AS google_id, 'm' AS microsoft_id, 'u' AS ms_universal_event_id, 'o' AS ms_organizer_event_id;
CREATE TABLE auth_oauth_provider AS SELECT 1 AS id, true AS enabled, 'client' AS client_id, 'https://id.acme.com/a' AS auth_endpoint, 'https://id.acme.com/v' AS validation_endpoint;
CREATE TABLE res_company_ldap AS SELECT 1 AS id, 'ldap.acme.com' AS ldap_server, 389 AS ldap_server_port, true AS create_user, 'cn=x' AS ldap_binddn, 'p' AS ldap_password;
CREATE TABLE auth_saml_provider AS SELECT 1 AS id, true AS active;
CREATE TABLE res_users AS SELECT 2 AS id, 'admin' AS login, true AS active, NULL AS password, 'T' AS totp_secret, 'h' AS password_crypt, 'v' AS voip_secret,
  't' AS oauth_access_token, 'u' AS oauth_uid, 'm' AS oauth_master_uuid, 'r' AS google_calendar_rtoken, 'r' AS microsoft_calendar_rtoken, false AS microsoft_synchronization_stopped;
INSERT INTO res_users (id, login, active, password) VALUES (4, 'public', true, NULL), (5, 'ana', true, '$pbkdf2-sha512$600000$prod$x'), (6, 'ana', true, NULL);

-- push, bus, voice
CREATE TABLE mail_partner_device AS SELECT 1 AS id;
CREATE TABLE mail_notification_web_push AS SELECT 1 AS id;
CREATE TABLE mail_push_device AS SELECT 1 AS id;
CREATE TABLE mail_push AS SELECT 1 AS id;
CREATE TABLE bus_bus AS SELECT 1 AS id;
CREATE TABLE mail_ice_server AS SELECT 1 AS id, 'turn:turn.acme.com' AS uri, 'u' AS username, 'c' AS credential;
CREATE TABLE discuss_channel AS SELECT 1 AS id, 'https://sfu.acme.com' AS sfu_server_url, 'tok' AS uuid;
CREATE TABLE mail_channel AS SELECT 1 AS id, 'https://sfu.acme.com' AS sfu_server_url, 'tok' AS uuid;
CREATE TABLE voip_provider AS SELECT 1 AS id, 'wss://pbx.acme.com' AS ws_server, 'pbx.acme.com' AS pbx_ip;

-- automation
CREATE TABLE ir_act_server AS SELECT 1 AS id, 'mail.mail' AS model_name, 'requests.post("https://x")' AS code, 'webhook' AS state, 'https://hooks.acme.com/x' AS webhook_url, 1 AS base_automation_id;
INSERT INTO ir_act_server (id, state) VALUES (2, 'email');
CREATE TABLE ir_cron AS SELECT 1 AS id, 1 AS ir_actions_server_id, 'vacuum' AS cron_name, true AS active, 1 AS interval_number, 'days' AS interval_type, now()::timestamp AS nextcall;
INSERT INTO ir_cron SELECT 2, 1, 'queue', true, 1, 'hours', now();
CREATE TABLE ir_cron_trigger AS SELECT 1 AS id;
CREATE TABLE base_automation AS SELECT 1 AS id, true AS active, 'tok' AS webhook_uuid, 2 AS action_server_id;
CREATE TABLE data_recycle_model AS SELECT 1 AS id, 'automatic' AS recycle_mode;
CREATE TABLE res_users_deletion AS SELECT 1 AS id, 'todo' AS state;
CREATE TABLE account_move AS SELECT 1 AS id, 'draft' AS state, 'at_date' AS auto_post, '{"a": 1}'::jsonb AS send_and_print_values, '{"a": 1}'::jsonb AS sending_data, 'ready' AS peppol_move_state, 'tok' AS access_token;
CREATE TABLE queue_job AS SELECT 1 AS id, 'pending' AS state;
CREATE TABLE marketing_campaign AS SELECT 1 AS id, 'running' AS state;
CREATE TABLE marketing_trace AS SELECT 1 AS id, 'scheduled' AS state;

-- identity, websites, storage
CREATE TABLE res_config_settings AS SELECT 1 AS id;
CREATE TABLE ir_attachment AS SELECT 1 AS id, 's3://acme/x' AS store_fname, 'c' AS checksum, 'cloud_storage' AS type, 'certificate.key' AS res_model, 'content' AS res_field, 'tok' AS access_token;
INSERT INTO ir_attachment VALUES (2, 's3://acme/y', 'c', 'cloud_storage', NULL, NULL, 'tok');
CREATE TABLE fs_storage AS SELECT 1 AS id, 's3' AS protocol;
CREATE TABLE website AS SELECT 1 AS id, 'https://shop.acme.com' AS domain, true AS cdn_activated, 'https://cdn.acme.com' AS cdn_url, '' AS robots_txt, 'UA-1' AS google_analytics_key,
  '<script>' AS custom_code_head, true AS send_abandoned_cart_email, 'b2c' AS auth_signup_uninvited;
CREATE TABLE chat_room AS SELECT 1 AS id, 'room' AS name;

-- authentication
CREATE TABLE res_users_apikeys AS SELECT 1 AS id;
CREATE TABLE auth_passkey_key AS SELECT 1 AS id;
CREATE TABLE auth_api_key AS SELECT 1 AS id;
CREATE TABLE auth_totp_device AS SELECT 1 AS id;
CREATE TABLE res_users_identitycheck AS SELECT 1 AS id;
CREATE TABLE change_password_user AS SELECT 1 AS id;
CREATE TABLE change_password_own AS SELECT 1 AS id;
CREATE TABLE auth_totp_wizard AS SELECT 1 AS id;
CREATE TABLE base_import_import AS SELECT 1 AS id;
CREATE TABLE account_journal AS SELECT 1 AS id, 'tok' AS access_token, 'x' AS l10n_sa_production_csid_json;
CREATE TABLE sale_order AS SELECT 1 AS id, 'tok' AS access_token, 1 AS pending_email_template_id;
CREATE TABLE purchase_order AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE project_task AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE calendar_attendee AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE rating_rating AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE survey_survey AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE survey_user_input AS SELECT 1 AS id, 'tok' AS access_token, 'tok' AS invite_token;
CREATE TABLE slide_channel AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE slide_channel_invite AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE spreadsheet_dashboard_share AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE mail_guest AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE pos_config AS SELECT 1 AS id, 'tok' AS access_token, 'tok' AS uuid, '10.0.0.5' AS proxy_ip, '10.0.0.6' AS epson_printer_ip, true AS is_posbox;
CREATE TABLE pos_order AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE pos_session AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE helpdesk_ticket AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE sign_request AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE sign_request_item AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE documents_share AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE appointment_invite AS SELECT 1 AS id, 'tok' AS access_token;
CREATE TABLE event_registration AS SELECT 1 AS id, 'tok' AS barcode;
CREATE TABLE loyalty_card AS SELECT 1 AS id, 'tok' AS code;
CREATE TABLE coupon_coupon AS SELECT 1 AS id, 'tok' AS code;
CREATE TABLE website_visitor AS SELECT 1 AS id, repeat('a', 32) AS access_token;

-- authorities
CREATE TABLE account_edi_proxy_client_user AS SELECT 1 AS id, 'prod' AS edi_mode, 'acme' AS id_client, 'k' AS private_key, 'r' AS refresh_token, 'c' AS peppol_verification_code;
CREATE TABLE account_edi_document AS SELECT 1 AS id, 'to_send' AS state;
CREATE TABLE l10n_es_edi_certificate AS SELECT 1 AS id, 'p' AS password;
CREATE TABLE l10n_es_edi_facturae_certificate AS SELECT 1 AS id, 'p' AS password;
CREATE TABLE l10n_eg_edi_thumb_drive AS SELECT 1 AS id, 'p' AS pin, 't' AS access_token;
CREATE TABLE certificate_certificate AS SELECT 1 AS id, 'p' AS pkcs12_password;
CREATE TABLE certificate_key AS SELECT 1 AS id, 'p' AS password;

-- devices, delivery, logs, Enterprise and OCA
CREATE TABLE pos_printer AS SELECT 1 AS id, '10.0.0.5' AS proxy_ip, '10.0.0.6' AS epson_printer_ip;
CREATE TABLE restaurant_printer AS SELECT 1 AS id, '10.0.0.5' AS proxy_ip, '10.0.0.6' AS epson_printer_ip;
CREATE TABLE iot_box AS SELECT 1 AS id, '10.0.0.7' AS ip, 'https://10.0.0.7' AS ip_url, 't' AS token;
CREATE TABLE printing_server AS SELECT 1 AS id, 'print.acme.com' AS address, 631 AS port;
CREATE TABLE delivery_carrier AS SELECT 1 AS id, true AS active, 'dhl' AS delivery_type, true AS prod_environment, 'p' AS dhl_password, 'k' AS sendcloud_api_key;
CREATE TABLE ir_profile AS SELECT 1 AS id;
CREATE TABLE ir_logging AS SELECT 1 AS id;
CREATE TABLE auditlog_log_line AS SELECT 1 AS id;
CREATE TABLE auditlog_http_request AS SELECT 1 AS id;
CREATE TABLE account_online_link AS SELECT 1 AS id, 'c' AS client_id, 'r' AS refresh_token, 'a' AS access_token, 'd' AS provider_data, 'connected' AS state;
CREATE TABLE online_bank_statement_provider AS SELECT 1 AS id, 'u' AS username, 'p' AS password, 'k' AS key, true AS active;
CREATE TABLE whatsapp_account AS SELECT 1 AS id, 'u' AS app_uid, 's' AS app_secret, 't' AS token, 'v' AS webhook_verify_token, true AS active;
CREATE TABLE whatsapp_message AS SELECT 1 AS id, 'outgoing' AS state;
CREATE TABLE social_account AS SELECT 1 AS id, 't' AS facebook_access_token;
CREATE TABLE social_media AS SELECT 1 AS id, 't' AS csrf_token;
CREATE TABLE social_post AS SELECT 1 AS id, 'scheduled' AS state;
CREATE TABLE amazon_account AS SELECT 1 AS id, 't' AS refresh_token, true AS active;
CREATE TABLE webservice_backend AS SELECT 1 AS id, 'https://api.acme.com' AS url, 'u' AS username, 'p' AS password, 'k' AS api_key;
CREATE TABLE base_external_dbsource AS SELECT 1 AS id, 'host=dwh' AS conn_string, 'host=dwh' AS conn_string_full, 'p' AS password;
CREATE TABLE db_backup AS SELECT 1 AS id, 'sftp' AS method, 'h' AS sftp_host, 'u' AS sftp_user, 'p' AS sftp_password, 'k' AS sftp_private_key;
CREATE TABLE unheard_of_connector AS SELECT 1 AS id, 'k3y' AS api_key;
