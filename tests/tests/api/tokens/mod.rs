mod create_token;
mod get_tokens;
mod revoke_token;
