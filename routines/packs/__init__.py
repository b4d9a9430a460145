"""Content packs: folders of files that become published content, all or nothing."""
