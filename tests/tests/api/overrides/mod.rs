mod add_user_to_segment;
mod remove_user_from_segment;
mod restore_user_to_segment;
