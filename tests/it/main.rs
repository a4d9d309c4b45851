mod docker_files;
mod profiles;
